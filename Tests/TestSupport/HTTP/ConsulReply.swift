// SPDX-License-Identifier: Apache-2.0

/// A reply of a scripted HTTP server. The tests encode it themselves, so that they control every byte.
public struct ConsulReply: Sendable, Hashable {
    /// The way that the end of the body is marked.
    public enum Framing: Sendable, Hashable {
        /// By its length, as Consul does with small bodies.
        case length
        /// In chunks of at most this many bytes, as Consul does with large bodies.
        case chunked(Int)
        /// By the end of the connection. A ``ScriptedHTTPStep/closeConnection`` must follow.
        case untilClose
    }

    /// The status.
    public var status: Int
    /// The header fields, without those for the framing.
    public var headers: [HeaderField]
    /// The body.
    public var body: [UInt8]
    /// The framing of the body.
    public var framing: Framing

    /// Makes a reply without headers except those for the framing.
    public init(_ status: Int = 200, headers: [HeaderField] = [], body: [UInt8] = [], framing: Framing = .length) {
        self.status = status
        self.headers = headers
        self.body = body
        self.framing = framing
    }

    /// Returns a changed copy, for replies made in one expression.
    public func with(_ change: (inout ConsulReply) -> Void) -> ConsulReply {
        var changed = self
        change(&changed)
        return changed
    }

    /// Returns a copy with another value for a header, or without the header.
    public func header(_ name: String, _ value: String?) -> ConsulReply {
        with {
            $0.headers.removeAll { $0.name.lowercased() == name.lowercased() }
            if let value { $0.headers.append(HeaderField(name, value)) }
        }
    }

    /// The encoded reply.
    public var bytes: [UInt8] { head + framedBody }

    /// The status line and the headers, with the empty line at the end.
    public var head: [UInt8] { head(bodyLength: body.count) }

    /// Returns the head of a reply with a body of this length.
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

    /// Returns the encoded chunk. An empty chunk ends the body.
    static func chunk(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
    }
}

extension ConsulReply {
    /// Reads a reply from a server that closes the connection after it and does not use chunked encoding; `nil` if it
    /// is malformed.
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
