// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1

/// A request as a scripted HTTP server received it.
public struct ScriptedHTTPRequest: Sendable, Hashable {
    /// The method, as sent.
    public let method: String
    /// The path and the query, as sent.
    public let target: String
    /// The header fields in the order and the case in which they were sent.
    public let headers: [HeaderField]
    /// The body.
    public let body: [UInt8]
    /// How many requests the server had seen before.
    public let sequence: Int
    /// Which of the server's connections it came over, counted from 0.
    public let connection: Int
    /// Whether the client means to use the connection again.
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

    /// The query's parameters in order, decoded; one without a `=` has no value.
    public var query: [HeaderField] {
        target.drop { $0 != "?" }.dropFirst().split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return HeaderField(Self.decoded(name), Self.decoded(pair.dropFirst(name.count + 1)))
        }
    }

    /// The first header field of this name, whatever its case.
    public func header(_ name: String) -> String? { headers[name].first }

    /// The first parameter of this name: empty if it has no value, nil if there is none.
    public func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// A `+` is a space in a query, as Go reads it.
    private static func decoded(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? String(spaced)
    }
}
