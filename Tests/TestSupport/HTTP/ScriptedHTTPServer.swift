// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
public import NIOSSL

/// An HTTP/1.1 server that answers each request as a test's script says, and records the requests it received.
public final class ScriptedHTTPServer: Sendable {
    /// Returns the steps for a request, in order. It runs on the server's event loop and must not block.
    public typealias Script = @Sendable (ScriptedHTTPRequest) -> [ScriptedHTTPStep]

    /// The address that the server listens on.
    public let host: String
    /// The port that the server listens on, the same after a restart.
    public let port: Int

    private let tls: NIOSSLContext?
    private let eventLoop: any EventLoop
    private let listeners = ChannelSet()
    private let state: ScriptedHTTPState

    private init(host: String, port: Int, tls: NIOSSLContext?, script: @escaping Script) {
        self.host = host
        self.port = port
        self.tls = tls
        // One event loop for all channels: it puts requests into one order, and accepts no connection once the listener
        // closes.
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        state = ScriptedHTTPState(script: script)
    }

    /// Starts a server on a free port. With a TLS configuration, the port accepts only TLS.
    public static func start(
        host: String = "127.0.0.1",
        tls: TLSConfiguration? = nil,
        script: @escaping Script
    ) async throws -> ScriptedHTTPServer {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        return try await LoopbackPorts.retryingWhenTaken {
            let port = try LoopbackPorts.free(count: 1)[0]
            let server = ScriptedHTTPServer(host: host, port: port, tls: context, script: script)
            try await server.restart()
            return server
        }
    }

    /// All requests received so far.
    public var requests: [ScriptedHTTPRequest] { state.requests.current }

    /// The number of open connections.
    public var openConnections: Int { state.connections.current.open }

    /// The number of connections accepted since the start.
    public var acceptedConnections: Int { state.connections.current.accepted }

    /// The number of bytes of endless and huge bodies that the kernel has taken so far. The client may not have read
    /// all of them.
    public var floodedBytes: Int { state.floodedBytes.current }

    /// Replaces the script. Steps that the old script returned still run.
    public func setScript(_ script: @escaping Script) {
        state.script.withLockedValue { $0 = script }
    }

    /// Removes the requests received so far. Sequence numbers continue.
    public func forgetRequests() {
        state.requests.update { $0 = [] }
    }

    /// Waits until this many requests have been received and returns all of them.
    @discardableResult
    public func waitForRequests(
        _ count: Int,
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws -> [ScriptedHTTPRequest] {
        try await state.requests.wait("\(count) requests", within: limit, fileID: fileID, line: line) {
            $0.count >= count
        }
    }

    /// Waits until a matching request has been received and returns the first one.
    @discardableResult
    public func waitForRequest(
        _ awaited: String = "a request",
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line,
        where condition: @escaping @Sendable (ScriptedHTTPRequest) -> Bool
    ) async throws -> ScriptedHTTPRequest {
        let requests = try await state.requests.wait(awaited, within: limit, fileID: fileID, line: line) {
            $0.contains(where: condition)
        }
        return requests.first(where: condition)!
    }

    /// Waits until exactly this many connections are open.
    public func waitForOpenConnections(
        _ count: Int,
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws {
        try await state.connections.wait("\(count) open connections", within: limit, fileID: fileID, line: line) {
            $0.open == count
        }
    }

    /// Waits until this many bytes of endless and huge bodies have been sent, so that the client is in the middle of
    /// one.
    public func waitForFloodedBytes(
        _ count: Int,
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws {
        try await state.floodedBytes.wait("\(count) flooded bytes", within: limit, fileID: fileID, line: line) {
            $0 >= count
        }
    }

    /// Closes the port and every connection.
    public func stop() async {
        await listeners.closeAll()
        await state.channels.closeAll()
    }

    /// Closes every connection and keeps listening, as a client experiences an agent that is replaced by another.
    public func closeConnections() async {
        await state.channels.closeAll()
    }

    /// Reopens the same port, after closing it if it is open.
    public func restart() async throws {
        await stop()
        let listener = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [state, tls] channel in
                state.channels.insert(channel)
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try pipeline.addHandler(ScriptedHTTPHandler(state))
                }
            }
            .bind(host: host, port: port).get()
        listeners.insert(listener)
    }
}

/// Starts a server, calls the body with it, and stops the server however the body ends.
public func withScriptedHTTPServer<Output>(
    host: String = "127.0.0.1",
    tls: TLSConfiguration? = nil,
    script: @escaping ScriptedHTTPServer.Script,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ScriptedHTTPServer) async throws -> Output
) async throws -> Output {
    let server = try await ScriptedHTTPServer.start(host: host, tls: tls, script: script)
    return try await use(server, in: body) { await $0.stop() }
}
