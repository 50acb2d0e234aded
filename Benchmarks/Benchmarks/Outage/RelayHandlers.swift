// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Passes on what one side of a connection says, and its end.
final class StreamRelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Passes on datagrams, through a socket for each client, so that answers find their way back.
final class DatagramRelayHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let upstream: SocketAddress
    private let count: @Sendable () -> Void
    private var sockets: [SocketAddress: EventLoopFuture<any Channel>] = [:]

    init(to upstream: SocketAddress, count: @escaping @Sendable () -> Void) {
        self.upstream = upstream
        self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let datagram = unwrapInboundIn(data)
        count()
        let socket = sockets[datagram.remoteAddress] ?? open(for: datagram.remoteAddress, listener: context.channel)
        sockets[datagram.remoteAddress] = socket
        socket.whenSuccess { $0.writeAndFlush(datagram.data, promise: nil) }
    }

    /// An answer to a client that has gone.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    private func open(for client: SocketAddress, listener: any Channel) -> EventLoopFuture<any Channel> {
        DatagramBootstrap(group: listener.eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AnswerHandler(to: client, through: listener))
                }
            }
            .connect(to: upstream)
    }
}

/// Takes answers back to one client.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let client: SocketAddress
    private let listener: any Channel

    init(to client: SocketAddress, through listener: any Channel) {
        self.client = client
        self.listener = listener
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let answer = AddressedEnvelope(remoteAddress: client, data: unwrapInboundIn(data).data)
        listener.writeAndFlush(answer, promise: nil)
    }

    /// Nobody listens: that is lost on the client, as it would be behind any relay.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
