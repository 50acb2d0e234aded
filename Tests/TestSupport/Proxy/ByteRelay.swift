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
    }

    /// The loopback port that the relay listens on.
    public let port: Int

    private let upstream: SocketAddress
    private let eventLoop: any EventLoop
    private let listener = ChannelSet()
    private let connections = ChannelSet()
    private let mode = NIOLockedValueBox(Mode.open)
    private let accepted = WatchedValue(0)

    private init(port: Int, upstream: SocketAddress) {
        self.port = port
        self.upstream = upstream
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    }

    /// Starts a relay to the server on the given loopback port.
    public static func start(upstreamPort: Int) async throws -> ByteRelay {
        let upstream = try SocketAddress(ipAddress: "127.0.0.1", port: upstreamPort)
        return try await LoopbackPorts.retryingWhenTaken {
            let relay = ByteRelay(port: try LoopbackPorts.free(count: 1)[0], upstream: upstream)
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
                    try server.pipeline.syncOperations.addHandler(ByteRelayHandler(to: client, isOpen: passesReplies))
                }
            }
            .connect(to: upstream)
            .flatMapThrowing { [self] server in
                try client.pipeline.syncOperations.addHandler(ByteRelayHandler(to: server, isOpen: passesRequests))
                _ = client.setOption(.autoRead, value: true)
            }
            .flatMapErrorThrowing { _ in client.close(promise: nil) }
    }

    @Sendable private func passesReplies() -> Bool { mode.withLockedValue { $0 == .open } }

    @Sendable private func passesRequests() -> Bool {
        mode.withLockedValue { $0 == .open || $0 == .withoutReplies }
    }
}

/// Starts a relay, calls the body with it, and stops it however the body ends.
public func withByteRelay<Output>(
    upstreamPort: Int,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ByteRelay) async throws -> Output
) async throws -> Output {
    let relay = try await ByteRelay.start(upstreamPort: upstreamPort)
    let result: Result<Output, any Error>
    do { result = .success(try await body(relay)) } catch { result = .failure(error) }
    await relay.stop()
    return try result.get()
}
