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

    private struct State {
        var port: UInt16 = 0
        var behavior = Behavior.well
        var isStopped = false
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = NIOLockedValueBox(State())

    package init() {}

    package var port: UInt16 { state.withLockedValue { $0.port } }

    fileprivate var behavior: Behavior { state.withLockedValue { $0.behavior } }

    package func behave(_ behavior: Behavior) {
        state.withLockedValue { $0.behavior = behavior }
    }

    /// Starts listening, on the same port as before if the server has listened before.
    package func start() async throws {
        state.withLockedValue { $0.isStopped = false }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                keep(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Responder(self))
                }
            }
            .bind(host: "127.0.0.1", port: Int(port))
            .get()
        let port = UInt16(listener.localAddress?.port ?? 0)
        state.withLockedValue { ($0.port, $0.listener) = (port, listener) }
    }

    /// Stops the server and closes all connections, as if the process had died.
    package func stop() async {
        let (listener, connections) = state.withLockedValue { state in
            defer { (state.isStopped, state.listener, state.connections) = (true, nil, [:]) }
            return (state.listener, Array(state.connections.values))
        }
        // They may have been closed by the clients.
        try? await listener?.close()
        for connection in connections { try? await connection.close() }
    }

    /// Keeps a connection until it is closed. One that is accepted while the server stops is closed at once.
    private func keep(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isStopped = state.withLockedValue { state in
            state.connections[id] = channel
            return state.isStopped
        }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLockedValue { _ = $0.connections.removeValue(forKey: id) }
        }
        if isStopped { channel.close(promise: nil) }
    }
}

/// Answers the requests of one connection.
private final class Responder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: WebServer

    init(_ server: WebServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        switch server.behavior {
        case .well: respond(.ok, after: .milliseconds(5), context)
        case .slow: respond(.ok, after: .milliseconds(400), context)
        case .failing: respond(.internalServerError, after: .zero, context)
        case .silent: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func respond(_ status: HTTPResponseStatus, after delay: TimeAmount, _ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            guard context.channel.isActive else { return }
            let head = HTTPResponseHead(version: .http1_1, status: status, headers: ["content-length": "0"])
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
