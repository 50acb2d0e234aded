// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A socket that sends and receives DNS messages without parsing them, for tests of servers.
public final class PlainDNSClient: Sendable {
    struct Inbox: Sendable {
        var messages: [[UInt8]] = []
        var ended = false
        var wasReset = false
    }

    private let transport: DNSTransport
    private let channel: any Channel
    private let inbox: WatchedValue<Inbox>

    private init(transport: DNSTransport, channel: any Channel, inbox: WatchedValue<Inbox>) {
        self.transport = transport
        self.channel = channel
        self.inbox = inbox
    }

    /// Connects to a loopback port. Over UDP this sends no datagram.
    public static func connect(
        _ transport: DNSTransport,
        host: String = "127.0.0.1",
        port: Int
    ) async throws -> PlainDNSClient {
        let inbox = WatchedValue(Inbox())
        let group = MultiThreadedEventLoopGroup.singleton
        let channel =
            switch transport {
            case .udp:
                try await DatagramBootstrap(group: group)
                    .receivingWholeDatagrams()
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(DatagramInboxHandler(inbox))
                        }
                    }
                    .connect(host: host, port: port).get()
            case .tcp:
                try await ClientBootstrap(group: group)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(StreamInboxHandler(inbox))
                        }
                    }
                    .connect(host: host, port: port).get()
            }
        return PlainDNSClient(transport: transport, channel: channel, inbox: inbox)
    }

    /// Sends one message.
    public func send(_ message: [UInt8]) async throws {
        let bytes = transport == .tcp ? StreamFraming.framed(message) : message
        try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes))
    }

    /// Waits for the next message and removes it from the inbox.
    public func receive(
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws -> [UInt8] {
        try await inbox.wait("a message over \(transport)", within: limit, fileID: fileID, line: line) {
            !$0.messages.isEmpty || $0.ended
        }
        return try inbox.update { inbox in
            guard !inbox.messages.isEmpty else { throw ChannelError.eof }
            return inbox.messages.removeFirst()
        }
    }

    /// Waits until the server has ended the stream. Returns whether it was reset, and the messages that were not
    /// received.
    public func waitForEnd(
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws -> (wasReset: Bool, unread: [[UInt8]]) {
        let last = try await inbox.wait("the end of the stream", within: limit, fileID: fileID, line: line) { $0.ended }
        return (last.wasReset, last.messages)
    }

    /// Closes the socket.
    public func close() async throws {
        do {
            try await channel.close()
        } catch ChannelError.alreadyClosed {
            return
        }
    }
}

/// Connects, calls the body with the client, and closes the socket.
public func withPlainDNSClient<Output>(
    _ transport: DNSTransport,
    host: String = "127.0.0.1",
    port: Int,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PlainDNSClient) async throws -> Output
) async throws -> Output {
    let client = try await PlainDNSClient.connect(transport, host: host, port: port)
    return try await use(client, in: body) { try await $0.close() }
}
