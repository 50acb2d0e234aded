// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Passes every request of a connection to the script and sends the script's bytes unchanged.
///
/// Clients of Consul send a request only after the reply to the previous one, so pipelined requests are not handled.
final class ScriptedHTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let state: ScriptedHTTPState
    private var number = 0
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ state: ScriptedHTTPState) {
        self.state = state
    }

    func channelActive(context: ChannelHandlerContext) {
        number = state.connections.update { connections in
            defer { connections.accepted += 1 }
            connections.open += 1
            return connections.accepted
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.connections.update { $0.open -= 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part):
            body += part.readableBytesView
        case .end:
            guard let head else { return }
            let steps = state.decide(head, body: body, connection: number)
            ScriptedExchange(channel: context.channel, state: state).take(steps[...])
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
