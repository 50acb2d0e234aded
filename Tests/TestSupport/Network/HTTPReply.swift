// SPDX-License-Identifier: Apache-2.0

/// The reply of an HTTP server.
public struct HTTPReply: Sendable, Equatable {
    /// The status code.
    public let status: Int
    /// The header fields, with names in lower case.
    public let headers: [String: String]
    /// The body.
    public let body: String

    /// True if the status is 2xx.
    public var isSuccess: Bool { (200..<300).contains(status) }

    /// Reads a reply from a connection that the server has closed; nil if it is malformed or incomplete.
    init?(parsing bytes: [UInt8]) {
        let reply = String(decoding: bytes, as: UTF8.self)
        guard let headEnd = reply.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = reply[..<headEnd.lowerBound].split(separator: "\r\n")
        let statusLine = lines.first?.split(separator: " ") ?? []
        guard statusLine.count >= 2, let status = Int(statusLine[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let body = String(reply[headEnd.upperBound...])
        if let length = headers["content-length"], Int(length) != body.utf8.count { return nil }
        self.status = status
        self.headers = headers
        self.body = body
    }
}
