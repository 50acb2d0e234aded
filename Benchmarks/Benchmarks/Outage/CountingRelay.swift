// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A relay that forwards UDP and TCP traffic from one port of this machine to another, and counts it.
///
/// It stays when the target's listener is gone: datagrams are lost then, and connections are closed as soon as they are
/// made.
final class CountingRelay: Sendable {
    struct Counts {
        var datagrams = 0
        var connections = 0
    }

    /// The port on which the relay listens.
    let port: Int

    private let listeners: [any Channel]
    private let box: NIOLockedValueBox<Counts>

    private init(port: Int, listeners: [any Channel], box: NIOLockedValueBox<Counts>) {
        self.port = port
        self.listeners = listeners
        self.box = box
    }

    /// The traffic from clients so far.
    var counts: Counts { box.withLockedValue { $0 } }

    static func start(to port: Int) async throws -> CountingRelay {
        let upstream = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let box = NIOLockedValueBox(Counts())
        let stream = try await ServerBootstrap(group: eventLoop)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                box.withLockedValue { $0.connections += 1 }
                return connect(client, to: upstream)
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let own = stream.localAddress!.port!
        let datagrams = try await DatagramBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        DatagramRelayHandler(to: upstream) { box.withLockedValue { $0.datagrams += 1 } }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: own).get()
        return CountingRelay(port: own, listeners: [stream, datagrams], box: box)
    }

    func stop() async {
        for listener in listeners { try? await listener.close() }
    }

    private static func connect(_ client: any Channel, to upstream: SocketAddress) -> EventLoopFuture<Void> {
        ClientBootstrap(group: client.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(StreamRelayHandler(to: client))
                }
            }
            .connect(to: upstream)
            .flatMapThrowing { server in
                try client.pipeline.syncOperations.addHandler(StreamRelayHandler(to: server))
                _ = client.setOption(.autoRead, value: true)
            }
            .flatMapErrorThrowing { _ in client.close(promise: nil) }
    }
}
