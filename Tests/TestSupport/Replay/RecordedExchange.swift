// SPDX-License-Identifier: Apache-2.0

/// One HTTP request to an agent, and its reply.
public struct RecordedExchange: Sendable, Decodable {
    /// What is to be seen.
    public let about: String
    /// The method.
    public let method: String
    /// The path, with the query.
    public let path: String
    /// Whether the agent had access control.
    public let token: Bool
    /// The status.
    public let status: Int
    /// Consul's headers and those about the content.
    public let headers: [String: String]
    /// The body, as text.
    public let body: String?
    /// How long the reply took.
    public let milliseconds: Int
    private let requestBody: JSONObject.Value?

    /// Whether it is a blocking query.
    public var isBlocking: Bool { about.contains("(blocking") }

    /// Whether the body was too long to be kept.
    public var isCut: Bool { (body?.count ?? 0) >= 20_000 }

    /// The reply.
    public var reply: ConsulReply {
        ConsulReply(
            status,
            headers: headers.sorted { $0.key < $1.key }.map { HeaderField($0.key, $0.value) },
            body: Array((body ?? "").utf8)
        )
    }

    /// What makes two requests the same: the method, the path and the parameters, whatever the index and the wait.
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
