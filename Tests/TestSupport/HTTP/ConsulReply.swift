// SPDX-License-Identifier: Apache-2.0

/// A reply to be sent by a scripted HTTP server, and how it is written down: by hand, so that the test has the last word
/// about every byte.
public struct ConsulReply: Sendable, Hashable {
    /// How the client is to find out where the body ends.
    public enum Framing: Sendable, Hashable {
        /// By its length, as Consul does with small bodies.
        case length
        /// In chunks of at most so many bytes, as Consul does with large ones.
        case chunked(Int)
        /// By the end of the connection; to be followed by ``ScriptedHTTPStep/closeConnection``.
        case untilClose
    }

    /// The status.
    public var status: Int
    /// The header fields beside those about the framing.
    public var headers: [HeaderField]
    /// The body.
    public var body: [UInt8]
    /// How the body is delimited.
    public var framing: Framing

    /// A reply with no headers but those about the framing.
    public init(_ status: Int = 200, headers: [HeaderField] = [], body: [UInt8] = [], framing: Framing = .length) {
        self.status = status
        self.headers = headers
        self.body = body
        self.framing = framing
    }

    /// This reply after a change: for replies made in one expression.
    public func with(_ change: (inout ConsulReply) -> Void) -> ConsulReply {
        var changed = self
        change(&changed)
        return changed
    }

    /// This reply with another value for a header, or without it.
    public func header(_ name: String, _ value: String?) -> ConsulReply {
        with {
            $0.headers.removeAll { $0.name.lowercased() == name.lowercased() }
            if let value { $0.headers.append(HeaderField(name, value)) }
        }
    }

    /// The whole reply.
    public var bytes: [UInt8] { head + framedBody }

    /// The status line and the headers, with the empty line.
    public var head: [UInt8] { head(bodyLength: body.count) }

    /// The head of a reply whose body is not the one at hand.
    func head(bodyLength: Int) -> [UInt8] {
        var lines = ["HTTP/1.1 \(status) Scripted"]
        lines += headers.map { "\($0.name): \($0.value)" }
        switch framing {
        case .length: lines.append("Content-Length: \(bodyLength)")
        case .chunked: lines.append("Transfer-Encoding: chunked")
        case .untilClose: lines.append("Connection: close")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private var framedBody: [UInt8] {
        guard case .chunked(let size) = framing else { return body }
        let chunks = stride(from: 0, to: body.count, by: size).flatMap { start in
            Self.chunk(body[start..<min(start + size, body.count)])
        }
        return chunks + Self.chunk([])
    }

    /// A chunk as it goes over the connection. The empty one ends the body.
    static func chunk(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
    }
}

extension ConsulReply {
    /// Reads a whole reply of a server that closes the connection after it and has not written the body in chunks; `nil`
    /// when it is not one.
    init?(parsing bytes: [UInt8]) {
        guard let headEnd = bytes.firstRange(of: [13, 10, 13, 10]) else { return nil }
        let lines = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let statusLine = lines.first?.split(separator: " ") ?? []
        guard statusLine.count >= 2, let status = Int(statusLine[1]) else { return nil }
        var headers: [HeaderField] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.append(HeaderField(String(line[..<colon]), String(value)))
        }
        self.init(status, headers: headers, body: Array(bytes[headEnd.upperBound...]))
        if let length = self.headers["Content-Length"].first, Int(length) != body.count { return nil }
        for name in ["Content-Length", "Connection", "Date"] { self = header(name, nil) }
    }
}
