// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A TCP relay in front of a server that passes bytes on unchanged until a test interrupts it, like a pulled cable.
public final class ByteRelay: Sendable {
    /// The treatment of connections.
    public enum Mode: Sendable, Hashable {
        /// All bytes are passed on.
        case open
        /// The port is closed, and existing connections are reset.
        case refusing
        /// Connections are accepted and bytes are read, but not passed on, as if packets were dropped.
        case silent
        /// Bytes to the server are passed on, and its bytes are not: requests take effect, and no answer arrives.
        case withoutReplies
        /// All bytes are passed on after this time.
        case slow(Duration)
    }

    /// The loopback port that the relay listens on.
    public let port: Int

    private let upstream: SocketAddress
    private let eventLoop: any EventLoop
    private let listener = ChannelSet()
    private let connections = ChannelSet()
    private let mode = NIOLockedValueBox(Mode.open)
    private let accepted = WatchedValue(0)
    private let observe: (@Sendable (_ requestLine: String) -> Void)?

    private init(port: Int, upstream: SocketAddress, observe: (@Sendable (_ requestLine: String) -> Void)?) {
        self.port = port
        self.upstream = upstream
        self.observe = observe
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    }

    /// Starts a relay to the server on the given loopback port.
    ///
    /// - Parameters:
    ///   - upstreamPort: The port of the server.
    ///   - observe: Called with each request of HTTP that is passed on, such as `GET /v1/kv/a`, on an event loop.
    public static func start(
        upstreamPort: Int,
        observing observe: (@Sendable (_ requestLine: String) -> Void)? = nil
    ) async throws -> ByteRelay {
        let upstream = try SocketAddress(ipAddress: "127.0.0.1", port: upstreamPort)
        return try await LoopbackPorts.retryingWhenTaken {
            let port = try LoopbackPorts.free(count: 1)[0]
            let relay = ByteRelay(port: port, upstream: upstream, observe: observe)
            try await relay.listen()
            return relay
        }
    }

    /// The number of connections accepted so far.
    public var acceptedConnections: Int { accepted.current }

    /// The number of open connections.
    public var openConnections: Int { connections.count / 2 }

    /// Changes the mode, also for existing connections.
    public func set(_ new: Mode) async throws {
        mode.withLockedValue { $0 = new }
        if new == .refusing {
            await listener.closeAll()
            await connections.resetAll()
        } else if listener.count == 0 {
            try await listen()
        }
    }

    /// Closes the port and every connection.
    public func stop() async {
        await listener.closeAll()
        await connections.closeAll()
    }

    private func listen() async throws {
        let channel = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { [self] client in
                accepted.update { $0 += 1 }
                connections.insert(client)
                return connect(client)
            }
            .bindPrivately(port: port)
        listener.insert(channel)
    }

    private func connect(_ client: any Channel) -> EventLoopFuture<Void> {
        ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] server in
                connections.insert(server)
                return server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(ByteRelayHandler(to: client) { [self] in replyDelay })
                }
            }
            .connect(to: upstream)
            .flatMapThrowing { [self] server in
                let handler = ByteRelayHandler(to: server, observe: observe) { [self] in requestDelay }
                try client.pipeline.syncOperations.addHandler(handler)
                _ = client.setOption(.autoRead, value: true)
            }
            .flatMapErrorThrowing { _ in client.close(promise: nil) }
    }

    /// The delay of bytes to the client; `nil` if they are dropped.
    private var replyDelay: Duration? {
        switch mode.withLockedValue({ $0 }) {
        case .open: .zero
        case .slow(let delay): delay
        case .refusing, .silent, .withoutReplies: nil
        }
    }

    /// The delay of bytes to the server; `nil` if they are dropped.
    private var requestDelay: Duration? {
        mode.withLockedValue { $0 == .withoutReplies } ? .zero : replyDelay
    }
}

/// Starts a relay, calls the body with it, and stops it however the body ends.
public func withByteRelay<Output>(
    upstreamPort: Int,
    observing observe: (@Sendable (_ requestLine: String) -> Void)? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ByteRelay) async throws -> Output
) async throws -> Output {
    let relay = try await ByteRelay.start(upstreamPort: upstreamPort, observing: observe)
    return try await use(relay, in: body) { await $0.stop() }
}
