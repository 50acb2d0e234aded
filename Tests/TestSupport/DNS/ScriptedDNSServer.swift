// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A DNS server that answers each query as a test's script says, and records the queries it received.
public final class ScriptedDNSServer: Sendable {
    /// Returns the steps for a query, in order. It runs on the server's event loop and must not block.
    public typealias Script = @Sendable (ScriptedQuery) -> [ScriptedStep]

    /// The address that the server listens on.
    public let host: String
    /// The port that the server listens on, the same for both transports and after a restart.
    public let port: Int

    private let transports: Set<DNSTransport>
    private let eventLoop: any EventLoop
    private let listeners = ChannelSet()
    private let state: ScriptedServerState

    private init(host: String, port: Int, transports: Set<DNSTransport>, script: @escaping Script) {
        self.host = host
        self.port = port
        self.transports = transports
        // One event loop for all channels: it puts queries into one order, and accepts no connection once the listeners
        // close.
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        state = ScriptedServerState(script: script)
    }

    /// Starts a server on a free port.
    public static func start(
        host: String = "127.0.0.1",
        transports: Set<DNSTransport> = [.udp, .tcp],
        script: @escaping Script
    ) async throws -> ScriptedDNSServer {
        try await LoopbackPorts.retryingWhenTaken {
            let port = try LoopbackPorts.free(count: 1)[0]
            let server = ScriptedDNSServer(host: host, port: port, transports: transports, script: script)
            try await server.restart()
            return server
        }
    }

    /// All queries received so far.
    public var queries: [ScriptedQuery] { state.queries.current }

    /// The number of open TCP connections.
    public var openConnections: Int { state.connections.count }

    /// The number of TCP connections accepted since the start.
    public var acceptedConnections: Int { state.acceptedConnections.current }

    /// Replaces the script. Steps that the old script returned still run.
    public func setScript(_ script: @escaping Script) {
        state.script.withLockedValue { $0 = script }
    }

    /// Removes the queries received so far. Sequence numbers continue.
    public func forgetQueries() {
        state.queries.update { $0 = [] }
    }

    /// Waits until this many queries have been received and returns all of them.
    @discardableResult
    public func waitForQueries(
        _ count: Int,
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws -> [ScriptedQuery] {
        try await state.queries.wait("\(count) queries", within: limit, fileID: fileID, line: line) {
            $0.count >= count
        }
    }

    /// Closes the port and every connection.
    public func stop() async {
        await listeners.closeAll()
        await state.connections.closeAll()
    }

    /// Reopens the same port, after closing it if it is open.
    public func restart() async throws {
        await stop()
        do {
            if transports.contains(.udp) { listeners.insert(try await bindDatagrams()) }
            if transports.contains(.tcp) { listeners.insert(try await bindStream()) }
        } catch {
            await stop()
            throw error
        }
    }

    private func bindDatagrams() async throws -> any Channel {
        try await DatagramBootstrap(group: eventLoop)
            .channelInitializer { [state] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedDatagramHandler(state))
                }
            }
            .bind(host: host, port: port).get()
    }

    private func bindStream() async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [state] channel in
                state.connections.insert(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedStreamHandler(state))
                }
            }
        // Tests on other addresses never stop the server, so child processes may inherit the socket.
        return host == "127.0.0.1"
            ? try await bootstrap.bindPrivately(port: port) : try await bootstrap.bind(host: host, port: port).get()
    }
}

/// Starts a server, calls the body with it, and stops the server however the body ends.
public func withScriptedDNSServer<Output>(
    host: String = "127.0.0.1",
    transports: Set<DNSTransport> = [.udp, .tcp],
    script: @escaping ScriptedDNSServer.Script,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ScriptedDNSServer) async throws -> Output
) async throws -> Output {
    let server = try await ScriptedDNSServer.start(host: host, transports: transports, script: script)
    return try await use(server, in: body) { await $0.stop() }
}
