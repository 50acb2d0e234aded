// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

/// A minimal HTTP client for commands to an agent.
///
/// HTTP/1.0 with one connection per request: the reply ends where the connection ends, so there is no chunked body to
/// decode, and no pool that could keep connections of a killed or stopped agent.
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
        /// A port of 127.0.0.1 over TLS; the certificate must be valid for `localhost`.
        case tls(port: Int, TLSConfiguration)
        case unixSocket(String)
    }

    struct MalformedReply: Error, CustomStringConvertible {
        let bytes: [UInt8]

        var description: String {
            "\(bytes.count) bytes are not a complete HTTP reply: \(String(decoding: bytes.prefix(300), as: UTF8.self))"
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

    /// Sends the text unchanged and returns all bytes received until the server closes the connection.
    static func exchange(_ text: String, with destination: Destination) async throws -> [UInt8] {
        try await exchange(Array(text.utf8), with: destination)
    }

    /// Sends the bytes unchanged and returns all bytes received until the server closes the connection.
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

/// Copies received bytes before they leave the event loop. NIO reuses a buffer once its reference count shows no other
/// owner; ThreadSanitizer cannot see that count and reports a race.
private final class CopyingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = [UInt8]

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(Array(unwrapInboundIn(data).readableBytesView)))
    }
}
