// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// An HTTP server on a port of its own, with a behavior that can be changed while it runs.
package final class WebServer: Sendable {
    package enum Behavior: Sendable {
        /// Answers after 5 ms.
        case well
        /// Answers after 400 ms.
        case slow
        /// Answers at once, with status 500.
        case failing
        /// Accepts connections and requests, and never answers.
        case silent
    }

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    private struct State {
        var port: UInt16 = 0
        var behavior = Behavior.well
        var running: Task<Void, any Error>?
    }

    private let state = NIOLockedValueBox(State())

    package init() {}

    package var port: UInt16 { state.withLockedValue { $0.port } }

    package func behave(_ behavior: Behavior) {
        state.withLockedValue { $0.behavior = behavior }
    }

    /// Starts listening, on the same port as before if the server has listened before.
    package func start() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let port = UInt16(listener.channel.localAddress?.port ?? 0)
        let running = Task { try await run(listener) }
        state.withLockedValue { ($0.port, $0.running) = (port, running) }
    }

    /// Stops the server and closes all connections, as if the process had died.
    package func stop() async {
        let running = state.withLockedValue { $0.running }
        running?.cancel()
        _ = await running?.result
    }

    private func run(_ listener: NIOAsyncChannel<Connection, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    // A broken connection does not affect the others.
                    group.addTask { try? await self.serve(connection) }
                }
            }
            group.cancelAll()
        }
    }

    private func serve(_ connection: Connection) async throws {
        try await connection.executeThenClose { requests, responses in
            for try await part in requests {
                guard case .end = part else { continue }
                switch state.withLockedValue({ $0.behavior }) {
                case .well: try await respond(.ok, after: .milliseconds(5), to: responses)
                case .slow: try await respond(.ok, after: .milliseconds(400), to: responses)
                case .failing: try await respond(.internalServerError, after: .zero, to: responses)
                case .silent: continue
                }
            }
        }
    }

    private func respond(
        _ status: HTTPResponseStatus,
        after delay: Duration,
        to responses: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        if delay > .zero { try await Task.sleep(for: delay) }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: ["content-length": "0"])
        try await responses.write(contentsOf: [.head(head), .end(nil)])
    }
}
