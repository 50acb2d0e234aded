// SPDX-License-Identifier: Apache-2.0

/// What Consul says about an answer, beside the answer: in headers whose names it does not always spell alike.
public struct QueryMetadata: Hashable, Sendable {
    /// `X-Consul-Index`: what to hand back in a blocking query. `nil` where the endpoint has none, or the answer is an
    /// error, whose index of 1 means nothing. Indexes of events use all 64 bits.
    public var index: UInt64?

    /// `X-Consul-KnownLeader`: whether the server that answered knew a leader.
    public var knownLeader: Bool?

    /// `X-Consul-LastContact`: how long ago the server that answered had heard from the leader; how old its data may be.
    public var lastContact: Duration?

    /// `X-Cache`: whether the agent answered from its own cache.
    public var cacheHit: Bool?

    /// `Age`: how old the cached answer is.
    public var age: Duration?

    /// `X-Consul-Results-Filtered-By-ACLs` (Consul 1.11): whether something was left out for want of permission.
    public var filteredByACLs: Bool?

    /// Nothing known.
    public init() {}
}
