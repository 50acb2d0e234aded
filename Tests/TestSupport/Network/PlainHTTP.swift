// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

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

        fileprivate var text: String {
            var lines = ["\(method) \(path) HTTP/1.0", "Host: localhost"]
            lines += headers.map { "\($0.key): \($0.value)" }
            if !body.isEmpty {
                lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
            }
            return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        }
    }

    struct MalformedReply: Error {
        let bytes: [UInt8]
    }

    static func send(_ request: Request, toPort port: Int) async throws -> HTTPReply {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CopyingHandler())
                    return try NIOAsyncChannel<[UInt8], ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let bytes = try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request.text))
            var bytes: [UInt8] = []
            for try await part in inbound { bytes += part }
            return bytes
        }
        guard let reply = HTTPReply(parsing: bytes) else { throw MalformedReply(bytes: bytes) }
        return reply
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
