// SPDX-License-Identifier: Apache-2.0

/// What Consul says about an answer, beside the answer: in headers whose names it does not always spell alike.
public struct QueryMetadata: Hashable, Sendable {
    /// What an answer tells of the leader of the cluster.
    public enum Leader: Hashable, Sendable {
        /// The server that answered knew a leader.
        case known
        /// The server that answered knew no leader: its data may be long out of date.
        case lost
        /// The answer does not tell. Consul's streaming backend never does, although its answers carry the header.
        case notTold
    }

    /// `X-Consul-Index`: what to hand back in a blocking query. `nil` where the endpoint has none, or the answer is an
    /// error, whose index of 1 means nothing. Indexes of events use all 64 bits.
    public var index: UInt64?

    /// `X-Consul-KnownLeader`, where the backend that answered knows: see ``backend``. Default ``Leader/notTold``.
    public var leader = Leader.notTold

    /// `X-Consul-LastContact`: how long ago the server that answered had heard from the leader; how old its data may be.
    /// `nil` where the answer does not tell, as with the streaming backend.
    public var lastContact: Duration?

    /// `X-Consul-Query-Backend` (Consul 1.10): which part of Consul answered; `nil` before.
    public var backend: QueryBackend?

    /// `X-Cache`: whether the agent answered from its own cache.
    public var cacheHit: Bool?

    /// `Age`: how old the cached answer is.
    public var age: Duration?

    /// `X-Consul-Results-Filtered-By-ACLs` (Consul 1.11): whether something was left out for want of permission. `nil` is
    /// no proof of the contrary: Consul sends the header only where it is true, never for a request without a token, and
    /// never with answers of the streaming backend.
    public var filteredByACLs: Bool?

    /// `X-Consul-Translate-Addresses`: whether the agent gives instances in other datacenters their addresses for callers
    /// from elsewhere (`translate_wan_addrs`). It says so about its own datacenter, too, where it changes nothing.
    public var translatesAddresses: Bool?

    /// Nothing known.
    public init() {}

    /// ``leader`` as a truth value; `nil` for ``Leader/notTold``.
    public var knownLeader: Bool? {
        get {
            switch leader {
            case .known: true
            case .lost: false
            case .notTold: nil
            }
        }
        set { leader = newValue.map { $0 ? .known : .lost } ?? .notTold }
    }
}
