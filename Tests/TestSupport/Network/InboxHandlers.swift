// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Puts every datagram of a connected UDP socket into the inbox.
final class DatagramInboxHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let inbox: WatchedValue<PlainDNSClient.Inbox>

    init(_ inbox: WatchedValue<PlainDNSClient.Inbox>) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        inbox.update { $0.messages.append(bytes) }
    }

    /// Ignores the ICMP error of a closed port. A DNS client over UDP treats it as silence and keeps waiting.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    func channelInactive(context: ChannelHandlerContext) {
        inbox.update { $0.ended = true }
    }
}

/// Puts every complete message of a stream into the inbox and records how the stream ended.
final class StreamInboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let inbox: WatchedValue<PlainDNSClient.Inbox>
    private var framing = StreamFraming()

    init(_ inbox: WatchedValue<PlainDNSClient.Inbox>) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let messages = framing.messages(in: unwrapInboundIn(data))
        inbox.update { $0.messages += messages }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let failure = error as? IOError, failure.errnoCode == ECONNRESET {
            inbox.update { $0.wasReset = true }
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.update { $0.ended = true }
    }
}
