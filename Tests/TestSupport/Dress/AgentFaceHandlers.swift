// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Answers the requests of a connection.
final class AgentFaceHTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let dresser: HTTPDresser
    private var collector = HTTPRequestCollector()
    private var work: Task<Void, Never>?

    init(_ dresser: HTTPDresser) {
        self.dresser = dresser
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let (head, body) = collector.add(unwrapInboundIn(data)) else { return }
        answer(ScriptedHTTPRequest(head: head, body: body, sequence: 0, connection: 0), over: context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        work?.cancel()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Sends the reply. If the agent returns none, the connection is reset, as if the agent had closed its own.
    private func answer(_ request: ScriptedHTTPRequest, over channel: any Channel) {
        work = Task { [dresser] in
            guard var reply = try? await dresser.reply(to: DressedRequest(request)) else { return channel.reset() }
            reply.framing = reply.body.count > 2048 && request.keepsAlive ? .chunked(2048) : .length
            try? await channel.writeAndFlush(channel.allocator.buffer(bytes: reply.bytes))
            if !request.keepsAlive { channel.close(promise: nil) }
        }
    }
}

/// Answers datagrams. A query that the agent does not answer stays unanswered.
final class AgentFaceDatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let dresser: DNSDresser

    init(_ dresser: DNSDresser) {
        self.dresser = dresser
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let question = Array(envelope.data.readableBytesView)
        let channel = context.channel
        Task { [dresser] in
            guard let answer = try? await dresser.answer(to: question, over: .udp) else { return }
            let buffer = channel.allocator.buffer(bytes: answer)
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: buffer), promise: nil)
        }
    }

    /// Ignores the error that a reply to a departed client causes. The port stays open.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

/// Answers the queries of a TCP connection.
final class AgentFaceStreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let dresser: DNSDresser
    private var framing = StreamFraming()

    init(_ dresser: DNSDresser) {
        self.dresser = dresser
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = context.channel
        for question in framing.messages(in: unwrapInboundIn(data)) {
            Task { [dresser] in
                guard let answer = try? await dresser.answer(to: question, over: .tcp) else {
                    return channel.close(promise: nil)
                }
                channel.writeAndFlush(channel.allocator.buffer(bytes: StreamFraming.framed(answer)), promise: nil)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
