// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix

/// The ports of a dressed agent that clients connect to: the HTTP API and DNS.
final class AgentFace: Sendable {
    let agent: DressedAgent
    private let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    private let listeners = ChannelSet()
    private let connections = ChannelSet()

    init(of agent: DressedAgent) {
        self.agent = agent
    }

    /// Opens the ports, after closing them if they are open.
    func open() async throws {
        await close()
        do {
            listeners.insert(try await bindHTTP())
            listeners.insert(try await bindDatagrams())
            listeners.insert(try await bindStream())
        } catch {
            await close()
            throw error
        }
    }

    /// Closes the ports and resets every connection, as happens when a process ends.
    func close() async {
        await listeners.closeAll()
        await connections.resetAll()
    }

    private var server: ServerBootstrap {
        ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    }

    private func bindHTTP() async throws -> any Channel {
        try await server.childChannelInitializer { [agent, connections] channel in
            connections.insert(channel)
            return channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                try pipeline.addHandler(AgentFaceHTTPHandler(HTTPDresser(agent: agent)))
            }
        }
        .bindPrivately(port: agent.facePorts.http)
    }

    private func bindDatagrams() async throws -> any Channel {
        try await DatagramBootstrap(group: eventLoop)
            .receivingWholeDatagrams()
            .channelInitializer { [agent] channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = AgentFaceDatagramHandler(DNSDresser(agent: agent))
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .withBoundSocket(PrivateSocket.bound(.datagram, port: agent.facePorts.dns)).get()
    }

    private func bindStream() async throws -> any Channel {
        try await server.childChannelInitializer { [agent, connections] channel in
            connections.insert(channel)
            return channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(AgentFaceStreamHandler(DNSDresser(agent: agent)))
            }
        }
        .bindPrivately(port: agent.facePorts.dns)
    }
}
