// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

/// Just enough of an HTTP client to tell an agent what to do.
///
/// HTTP/1.0 and one connection per request: the reply ends where the connection ends, so there is no chunking to undo
/// and no pool whose connections a killed or stopped agent could leave half dead.
enum PlainHTTP {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: [String: String] = [:]
        var body = ""

        var text: String {
            var lines = ["\(method) \(path) HTTP/1.0", "Host: localhost"]
            lines += headers.map { "\($0.key): \($0.value)" }
            if !body.isEmpty {
                lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
            }
            return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        }
    }

    enum Destination: Sendable {
        /// A port of 127.0.0.1.
        case port(Int)
        /// The same, over TLS; the certificate has to be for `localhost`.
        case tls(port: Int, TLSConfiguration)
        case unixSocket(String)
    }

    struct MalformedReply: Error, CustomStringConvertible {
        let bytes: [UInt8]

        var description: String {
            "\(bytes.count) bytes are no whole reply: \(String(decoding: bytes.prefix(300), as: UTF8.self))"
        }
    }

    static func send(_ request: Request, to destination: Destination) async throws -> HTTPReply {
        let text = Array(request.text.utf8)
        let bytes: [UInt8]
        do { bytes = try await exchange(text, with: destination) } catch ChannelError.ioOnClosedChannel {
            // A busy agent may close a connection before the request is written.
            bytes = try await exchange(text, with: destination)
        }
        guard let reply = HTTPReply(parsing: bytes) else { throw MalformedReply(bytes: bytes) }
        return reply
    }

    /// Sends the text as it is and returns all that comes until the other side closes.
    static func exchange(_ text: String, with destination: Destination) async throws -> [UInt8] {
        try await exchange(Array(text.utf8), with: destination)
    }

    /// Sends the bytes as they are and returns all that comes until the other side closes.
    static func exchange(_ request: [UInt8], with destination: Destination) async throws -> [UInt8] {
        let channel = try await connect(to: destination)
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: request))
            var bytes: [UInt8] = []
            for try await part in inbound { bytes += part }
            return bytes
        }
    }

    private typealias Connection = NIOAsyncChannel<[UInt8], ByteBuffer>

    private static func connect(to destination: Destination) async throws -> Connection {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        switch destination {
        case .port(let port):
            return try await bootstrap.connect(host: "127.0.0.1", port: port) { wrap($0, tls: nil) }
        case .tls(let port, let configuration):
            let context = try NIOSSLContext(configuration: configuration)
            return try await bootstrap.connect(host: "127.0.0.1", port: port) { wrap($0, tls: context) }
        case .unixSocket(let path):
            return try await bootstrap.connect(unixDomainSocketPath: path) { wrap($0, tls: nil) }
        }
    }

    private static func wrap(_ channel: any Channel, tls: NIOSSLContext?) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: "localhost")) }
            try pipeline.addHandler(CopyingHandler())
            return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
        }
    }
}

/// Copies what was read before it leaves the event loop, which reuses its buffers as soon as nobody else holds them:
/// ThreadSanitizer cannot see the reference counts that make this safe, and reports a race.
private final class CopyingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = [UInt8]

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(Array(unwrapInboundIn(data).readableBytesView)))
    }
}
