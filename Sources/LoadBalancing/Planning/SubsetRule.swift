// SPDX-License-Identifier: Apache-2.0

/// A rule by which a client uses a few of many endpoints: connections cost both sides, and a client that sends each of
/// a thousand endpoints one request a minute learns nothing about any.
///
/// Every endpoint gets a number from its identity and the client's seed, and those with the lowest numbers are used
/// (rendezvous hashing, as gRPC's random subsetting, A68). When an endpoint joins, leaves, fails or recovers, at most
/// one of those in use is replaced. Subsets of different clients are independent of each other: with 100 clients, 100
/// endpoints and 24 in each subset, the busiest endpoint has about one and a half times its share. Subsets that are
/// dealt out in turns would be even, but change by half when one endpoint leaves.
///
/// More changes only when the number of endpoints passes `appliesAbove`: a rule without memory cannot do better.
public struct SubsetRule: Hashable, Sendable {
    /// The number of healthy endpoints in use. Default 24; at least 1.
    public let size: Int

    /// The number of endpoints, healthy or not, up to which all are used. Default 100.
    public let appliesAbove: Int

    /// The seed that makes this client's subset different from others'. The same seed gives the same subset, also after
    /// a restart.
    public let seed: UInt64

    /// Creates a rule for subsets.
    public init(size: Int = 24, appliesAbove: Int = 100, seed: UInt64) {
        self.size = max(1, size)
        self.appliesAbove = max(0, appliesAbove)
        self.seed = seed
    }
}
