// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// Passes messages from a client's connection to an upstream connection of its own.
final class StreamQueryHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let state: FaultProxyState
    private let upstream: EventLoopFuture<any Channel>
    private var framing = StreamFraming()
    private var served = 0

    init(_ state: FaultProxyState, client: any Channel) {
        self.state = state
        upstream = ClientBootstrap(group: state.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                state.upstreams.insert(channel)
                return channel.eventLoop.makeCompletedFuture {
                    let handler = StreamReplyHandler(state, client: client)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(to: state.upstream)
        upstream.whenFailure { _ in client.reset() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let faults = state.faults.withLockedValue { $0.streams }
        for message in framing.messages(in: unwrapInboundIn(data)) {
            state.counters.update { $0.streamQueries += 1 }
            if let limit = faults.resetAfterQueries, served >= limit {
                state.counters.update { $0.resets += 1 }
                return context.channel.reset()
            }
            served += 1
            if faults.isBlackHole { continue }
            upstream.whenSuccess { upstream in
                let bytes = StreamFraming.framed(message)
                upstream.writeAndFlush(upstream.allocator.buffer(bytes: bytes), promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        upstream.whenSuccess { $0.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// Passes messages from the upstream server back to the client, subject to the faults.
final class StreamReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let state: FaultProxyState
    private let client: any Channel
    private var framing = StreamFraming()
    private var replies = 0
    private var bytesSent = 0

    init(_ state: FaultProxyState, client: any Channel) {
        self.state = state
        self.client = client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let faults = state.faults.withLockedValue { $0.streams }
        if faults.isBlackHole { return }
        for message in framing.messages(in: unwrapInboundIn(data)) {
            if let limit = faults.halfCloseAfterReplies, replies >= limit { return }
            replies += 1
            let framed = StreamFraming.framed(state.passReply(message, corrupted: faults.corrupted))
            let room = faults.resetAfterReplyBytes.map { max(0, $0 - bytesSent) } ?? framed.count
            let part = Array(framed.prefix(room))
            bytesSent += part.count
            let end: End? = room < framed.count ? .reset : replies == faults.halfCloseAfterReplies ? .halfClose : nil
            state.after(faults.delay) { [state, client] in Self.send(part, then: end, to: client, state) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        client.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        client.reset()
        context.close(promise: nil)
    }

    private enum End {
        case reset
        case halfClose
    }

    private static func send(_ bytes: [UInt8], then end: End?, to client: any Channel, _ state: FaultProxyState) {
        // Counted first, so that a client that has received the reply can rely on the counters.
        state.counters.update {
            $0.streamReplyBytes += bytes.count
            if end != .reset { $0.streamReplies += 1 } else { $0.resets += 1 }
        }
        client.writeAndFlush(client.allocator.buffer(bytes: bytes)).whenSuccess {
            switch end {
            case .reset: client.reset()
            case .halfClose: client.close(mode: .output, promise: nil)
            case nil: break
            }
        }
    }
}
