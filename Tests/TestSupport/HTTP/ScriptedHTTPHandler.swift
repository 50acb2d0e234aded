// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Passes every request of a connection to the script and sends the script's bytes unchanged.
final class ScriptedHTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let state: ScriptedHTTPState
    private var number = 0
    private var collector = HTTPRequestCollector()

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
        guard let request = collector.add(unwrapInboundIn(data)) else { return }
        let steps = state.decide(request.head, body: request.body, connection: number)
        ScriptedExchange(channel: context.channel, state: state).take(steps[...])
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
