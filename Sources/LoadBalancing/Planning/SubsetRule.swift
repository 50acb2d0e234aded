// SPDX-License-Identifier: Apache-2.0

/// Of many endpoints, a client uses a few: connections cost both sides, and a client that asks each of a thousand
/// endpoints once a minute learns nothing of any.
///
/// Every endpoint gets a number from its identity and the client's seed, and those with the lowest numbers are used
/// (rendezvous hashing, as gRPC's random subsetting, A68). When an endpoint joins, leaves, fails or recovers, at most
/// one of those in use is replaced. Subsets of different clients are independent of each other: with 100 clients, 100
/// endpoints and 24 in each subset, the busiest endpoint has about one and a half times its share. Subsets that take
/// turns would be even, but change by half when one endpoint leaves.
///
/// Only when the number of endpoints passes `appliesAbove` does more change: a rule without memory cannot do better.
public struct SubsetRule: Hashable, Sendable {
    /// How many healthy endpoints are used. 24 unless given otherwise; at least 1.
    public let size: Int

    /// With up to so many endpoints, healthy or not, all are used. 100 unless given otherwise.
    public let appliesAbove: Int

    /// What makes this client's subset different from others'. The same seed gives the same subset, after a restart,
    /// too.
    public let seed: UInt64

    /// A rule for subsets.
    public init(size: Int = 24, appliesAbove: Int = 100, seed: UInt64) {
        self.size = max(1, size)
        self.appliesAbove = max(0, appliesAbove)
        self.seed = seed
    }
}
