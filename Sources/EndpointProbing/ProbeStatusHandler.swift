// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// A handler that sends one request when it is added to a connection, and reports the status of the response. It
/// ignores everything after the head, because the probe closes the connection as soon as it has the status.
final class ProbeStatusHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: HTTPRequestHead
    private let status: EventLoopPromise<Int>

    /// - Parameter status: The promise for the status. It is always completed, with an error if the connection ends
    ///   before there is a status.
    init(request: HTTPRequestHead, status: EventLoopPromise<Int>) {
        self.request = request
        self.status = status
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).cascadeFailure(to: status)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { status.succeed(Int(head.status.code)) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        status.fail(error)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        status.fail(ChannelError.eof)
    }
}
