// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Passes on the bytes of one side of a relayed connection, and its end.
final class ByteRelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let observe: (@Sendable (_ requestLine: String) -> Void)?
    private let delay: @Sendable () -> Duration?

    /// - Parameters:
    ///   - other: The other side.
    ///   - observe: Called with each request line that is passed on.
    ///   - delay: Returns the delay of bytes; `nil` if they are dropped.
    init(
        to other: any Channel,
        observe: (@Sendable (_ requestLine: String) -> Void)? = nil,
        delay: @escaping @Sendable () -> Duration?
    ) {
        (self.other, self.observe, self.delay) = (other, observe, delay)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let delay = delay() else { return }
        let bytes = unwrapInboundIn(data)
        if let observe { requestLines(in: bytes).forEach(observe) }
        guard delay > .zero else {
            other.writeAndFlush(bytes, promise: nil)
            return
        }
        let other = other
        context.eventLoop.scheduleTask(in: TimeAmount(delay)) { other.writeAndFlush(bytes, promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Returns the requests that begin in these bytes, without the version. A client writes a request's head at once.
    private func requestLines(in bytes: ByteBuffer) -> [String] {
        String(buffer: bytes).split(separator: "\r\n").compactMap { line in
            line.hasSuffix(" HTTP/1.1") ? String(line.dropLast(" HTTP/1.1".count)) : nil
        }
    }
}
