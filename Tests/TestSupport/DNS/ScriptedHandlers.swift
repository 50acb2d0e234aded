// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Passes every datagram to the script.
final class ScriptedDatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let state: ScriptedServerState

    init(_ state: ScriptedServerState) {
        self.state = state
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let bytes = Array(envelope.data.readableBytesView)
        let peer = envelope.remoteAddress
        let steps = state.decide(bytes, transport: .udp, connection: nil, peer: peer)
        ScriptedLink.datagrams(context.channel, peer: peer).take(steps)
    }

    /// Ignores the error that a reply to a departed client causes. The server keeps running.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

/// Passes every message of a stream to the script.
final class ScriptedStreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let state: ScriptedServerState
    private var framing = StreamFraming()
    private var number = 0

    init(_ state: ScriptedServerState) {
        self.state = state
    }

    func channelActive(context: ChannelHandlerContext) {
        number = state.acceptedConnections.update { accepted in
            defer { accepted += 1 }
            return accepted
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for message in framing.messages(in: unwrapInboundIn(data)) {
            let peer = context.remoteAddress
            let steps = state.decide(message, transport: .tcp, connection: number, peer: peer)
            ScriptedLink.stream(context.channel).take(steps)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
