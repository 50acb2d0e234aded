// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP

/// A user event of Consul: a name and a few bytes that gossip spreads to the agents of a datacenter.
public struct ConsulEvent: Hashable, Sendable, Identifiable {
    /// The ID, a UUID. It is the same on every agent.
    public var id: String

    /// The name.
    public var name: String

    /// The payload; empty if the event has no payload.
    public var payload: [UInt8]

    /// The filters that decided which agents received the event.
    package var filters: EventFilters

    /// The payload as text; `nil` if it is not UTF-8.
    public var text: String? { String(validating: payload, as: UTF8.self) }
}

/// Filters that each agent applies to its own node when an event arrives. An agent that does not match drops the event,
/// so its clients never see it. The filters are no part of reading events.
///
/// Each filter is a regular expression in Go's syntax (RE2), which may match any part of a name: `web` also matches
/// `web-staging`, `^web$` does not.
public struct EventFilters: Hashable, Sendable {
    /// Matches the name of the agent's node.
    package var node: String?

    /// Matches the name of a service of the agent.
    package var service: String?

    /// Matches a tag of such a service.
    package var tag: String?

    /// Creates filters; without arguments, every agent receives the event.
    ///
    /// - Parameters:
    ///   - node: Matches the name of the agent's node. Default `nil`: any node.
    ///   - service: Matches the name of a service that is registered with the agent. Default `nil`: any agent, with or
    ///     without services.
    ///   - tag: Matches a tag of such a service. Consul accepts it only together with `service`. Default `nil`.
    public init(node: String? = nil, service: String? = nil, tag: String? = nil) {
        (self.node, self.service, self.tag) = (node, service, tag)
    }
}

extension ConsulEvent: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        (id, name, payload, filters) = ("", "", [], EventFilters())
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ID": id = try reader.read(in: bytes)
            case "Name": name = try reader.read(in: bytes)
            case "Payload": payload = try reader.readBase64(in: bytes)
            case "NodeFilter": filters.node = try reader.readNonEmpty(in: bytes)
            case "ServiceFilter": filters.service = try reader.readNonEmpty(in: bytes)
            case "TagFilter": filters.tag = try reader.readNonEmpty(in: bytes)
            // The Lamport time (`LTime`) is left out: agents that restart or join late make it go back, so it orders
            // no events.
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
