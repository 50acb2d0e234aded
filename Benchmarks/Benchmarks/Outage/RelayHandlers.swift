// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Forwards the bytes of one side of a connection, and its end.
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

/// Forwards datagrams, through one socket for each client, so that answers reach the right client.
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

    /// An error here means an answer to a client that is gone.
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

/// Forwards answers to one client.
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

    /// An error here means a target without a listener: the client does not learn of it, as behind any relay.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
