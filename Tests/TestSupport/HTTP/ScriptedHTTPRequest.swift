// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1

/// A request that a scripted HTTP server received.
public struct ScriptedHTTPRequest: Sendable, Hashable {
    /// The method, as sent.
    public let method: String
    /// The path and the query string, as sent.
    public let target: String
    /// The header fields in the order and case on the wire.
    public let headers: [HeaderField]
    /// The body.
    public let body: [UInt8]
    /// The number of requests that the server had received before.
    public let sequence: Int
    /// The number of the connection, counted from 0.
    public let connection: Int
    /// True if the client keeps the connection open for more requests.
    public let keepsAlive: Bool

    init(head: HTTPRequestHead, body: [UInt8], sequence: Int, connection: Int) {
        method = head.method.rawValue
        target = head.uri
        headers = head.headers.map { HeaderField($0.name, $0.value) }
        keepsAlive = head.isKeepAlive
        self.body = body
        self.sequence = sequence
        self.connection = connection
    }

    /// The path as sent, still percent-encoded.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// The decoded parameters of the query string, in order. A parameter without `=` has an empty value.
    public var query: [HeaderField] {
        target.drop { $0 != "?" }.dropFirst().split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return HeaderField(Self.decoded(name), Self.decoded(pair.dropFirst(name.count + 1)))
        }
    }

    /// Returns the first header field with this name, ignoring case.
    public func header(_ name: String) -> String? { headers[name].first }

    /// Returns the value of the first parameter with this name: empty if it has no value, nil if it is absent.
    public func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Decodes percent-encoding. A `+` in a query string is a space, as Go reads it.
    private static func decoded(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? String(spaced)
    }
}
