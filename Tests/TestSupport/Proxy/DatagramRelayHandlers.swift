// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Passes datagrams from clients to the upstream server, through one socket for each client so that replies can be
/// matched to their client.
final class DatagramQueryHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let state: FaultProxyState
    private var sockets: [SocketAddress: EventLoopFuture<any Channel>] = [:]

    init(_ state: FaultProxyState) {
        self.state = state
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let bytes = Array(envelope.data.readableBytesView)
        let fate = state.pass(bytes, fromClient: true, client: envelope.remoteAddress)
        for datagram in fate.released {
            let socket = socket(for: datagram.address, listener: context.channel)
            state.after(fate.delay) {
                socket.whenSuccess { upstream in
                    upstream.writeAndFlush(upstream.allocator.buffer(bytes: datagram.bytes), promise: nil)
                }
            }
        }
    }

    /// Ignores the error that a reply to a departed client causes. The proxy keeps running.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    private func socket(for client: SocketAddress, listener: any Channel) -> EventLoopFuture<any Channel> {
        if let known = sockets[client] { return known }
        let state = state
        let socket = DatagramBootstrap(group: state.eventLoop)
            .receivingWholeDatagrams()
            .channelInitializer { channel in
                state.upstreams.insert(channel)
                return channel.eventLoop.makeCompletedFuture {
                    let handler = DatagramReplyHandler(state, client: client, listener: listener)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(to: state.upstream)
        sockets[client] = socket
        return socket
    }
}

/// Passes datagrams from the upstream server back to the one client they are for.
final class DatagramReplyHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let state: FaultProxyState
    private let client: SocketAddress
    private let listener: any Channel

    init(_ state: FaultProxyState, client: SocketAddress, listener: any Channel) {
        self.state = state
        self.client = client
        self.listener = listener
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        let fate = state.pass(bytes, fromClient: false, client: client)
        state.after(fate.delay) { [listener] in
            for datagram in fate.released {
                let buffer = listener.allocator.buffer(bytes: datagram.bytes)
                let envelope = AddressedEnvelope(remoteAddress: datagram.address, data: buffer)
                listener.writeAndFlush(envelope, promise: nil)
            }
        }
    }

    /// Ignores a refusal by the upstream server. The client sees silence, as it would behind any relay.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
