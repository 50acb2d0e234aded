// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// Metadata of an answer, from the response headers. Their spelling varies between versions of Consul.
public struct QueryMetadata: Hashable, Sendable {
    /// The leader of the cluster, according to an answer.
    public enum Leader: Hashable, Sendable {
        /// The server that answered knew a leader.
        case known
        /// The server that answered knew no leader; its data may be long out of date.
        case lost
        /// The answer does not say. This is always so with Consul's streaming backend, although its answers carry the
        /// header.
        case notTold
    }

    /// `X-Consul-Index`: the index to send with the next blocking query. `nil` if the endpoint has none, or if the
    /// answer is an error: the index 1 of an error has no meaning. Indexes of events use all 64 bits.
    public var index: UInt64?

    /// `X-Consul-KnownLeader`, if the backend that answered knows it. Default ``Leader/notTold``.
    public var leader = Leader.notTold

    /// `X-Consul-LastContact`: the time since the server that answered last heard from the leader, and so the maximum
    /// age of its data. `nil` if the answer does not say, as with the streaming backend.
    public var lastContact: Duration?

    /// `X-Consul-Query-Backend` (Consul 1.10): the part of Consul that answered; `nil` before 1.10.
    package var backend: QueryBackend?

    /// `X-Cache`: true if the agent answered from its own cache.
    package var cacheHit: Bool?

    /// `Age`: the age of the cached answer.
    public var age: Duration?

    /// `X-Consul-Results-Filtered-By-ACLs` (Consul 1.11): true if Consul omitted entries because the token may not read
    /// them. `nil` does not prove that the answer is complete: Consul sends the header only if it is true, never for a
    /// request without a token, and never with answers of the streaming backend.
    public var filteredByACLs: Bool?

    /// `X-Consul-Translate-Addresses`: true if the agent replaces the addresses of instances in other datacenters by
    /// their WAN addresses (`translate_wan_addrs`). The agent sends it for its own datacenter too, where it has no
    /// effect.
    package var translatesAddresses: Bool?

    /// Creates metadata with no values.
    package init() {}
}

extension QueryMetadata {
    /// Reads the metadata from the headers of an answer. An invalid value counts as absent: it concerns only the
    /// metadata, and the answer itself is usable.
    ///
    /// Header names are compared without case: Go writes `X-Consul-Knownleader`.
    init(_ headers: HTTPHeaders) {
        self.init()
        index = headers.first(name: "X-Consul-Index").flatMap { UInt64($0) }
        backend = headers.first(name: "X-Consul-Query-Backend").map { QueryBackend($0.lowercased()) }
        // The streaming backend sends both headers without real values: "false" and 0, with or without a leader.
        if backend != .streaming {
            let hasLeader = headers.first(name: "X-Consul-KnownLeader").flatMap { Bool($0.lowercased()) }
            leader = hasLeader.map { $0 ? .known : .lost } ?? .notTold
            lastContact = headers.first(name: "X-Consul-LastContact").flatMap { Self.number($0) }
                .map { .milliseconds($0) }
        }
        cacheHit = headers.first(name: "X-Cache").flatMap(Self.isHit)
        age = headers.first(name: "Age").flatMap { Self.number($0) }.map { .seconds($0) }
        translatesAddresses = headers.first(name: "X-Consul-Translate-Addresses").flatMap { Bool($0.lowercased()) }
        filteredByACLs = headers.first(name: "X-Consul-Results-Filtered-By-ACLs").flatMap { Bool($0.lowercased()) }
    }

    /// Returns a number of milliseconds or seconds that is small enough for a `Duration`.
    private static func number(_ text: String) -> Int64? {
        UInt32(text).map(Int64.init)
    }

    private static func isHit(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "hit": true
        case "miss": false
        default: nil
        }
    }
}

/// The part of Consul that answered a read (`X-Consul-Query-Backend`). More may be added.
///
/// Consul 1.10 and later answer blocking health reads, and health reads with `cached`, from a stream of events that the
/// agent keeps. These answers carry `X-Consul-KnownLeader: false` and `X-Consul-LastContact: 0` whatever the state of
/// the cluster, because the agent has not queried a server.
package struct QueryBackend: Hashable, Sendable, CustomStringConvertible {
    /// The name of the backend, as in the header.
    package let description: String

    /// A server answered.
    package static let blockingQuery = QueryBackend("blocking-query")
    /// The agent answered from its event stream.
    package static let streaming = QueryBackend("streaming")

    init(_ description: String) { self.description = description }
}
