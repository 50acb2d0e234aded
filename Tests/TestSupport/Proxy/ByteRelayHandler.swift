// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Passes on the bytes of one side of a relayed connection, and its end.
final class ByteRelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let isOpen: @Sendable () -> Bool

    init(to other: any Channel, isOpen: @escaping @Sendable () -> Bool) {
        self.other = other
        self.isOpen = isOpen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isOpen() { other.writeAndFlush(unwrapInboundIn(data), promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
