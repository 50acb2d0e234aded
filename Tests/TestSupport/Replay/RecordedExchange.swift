// SPDX-License-Identifier: Apache-2.0

/// One recorded HTTP request to an agent, and its reply.
public struct RecordedExchange: Sendable, Decodable {
    /// A description of the case.
    public let about: String
    /// The method.
    public let method: String
    /// The path, with the query.
    public let path: String
    /// True if the agent had access control.
    public let token: Bool
    /// The status.
    public let status: Int
    /// Consul's header fields and those that describe the content.
    public let headers: [String: String]
    /// The body, as text.
    public let body: String?
    /// The time until the reply, in milliseconds.
    public let milliseconds: Int
    private let requestBody: JSONObject.Value?

    /// True for a blocking query.
    public var isBlocking: Bool { about.contains("(blocking") }

    /// True if the body was too long to be recorded whole.
    public var isCut: Bool { (body?.count ?? 0) >= 20_000 }

    /// The reply.
    public var reply: ConsulReply {
        ConsulReply(
            status,
            headers: headers.sorted { $0.key < $1.key }.map { HeaderField($0.key, $0.value) },
            body: Array((body ?? "").utf8)
        )
    }

    /// The parts by which requests are matched: method, path and parameters, without the values of index and wait.
    var key: [String] { Self.key(method: method, target: path) }

    static func key(method: String, target: String) -> [String] {
        let parameters = target.drop { $0 != "?" }.dropFirst().split(separator: "&").compactMap {
            parameter -> String? in
            let name = parameter.prefix { $0 != "=" }
            return name == "wait" ? nil : name == "index" && parameter != "index=0" ? "index" : String(parameter)
        }
        return [method, String(target.prefix { $0 != "?" })] + parameters.sorted()
    }
}
