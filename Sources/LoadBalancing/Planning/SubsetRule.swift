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
    let size: Int
    let appliesAbove: Int
    let seed: UInt64

    /// Creates a rule for subsets.
    ///
    /// - Parameters:
    ///   - size: The number of healthy endpoints in use; at least 1.
    ///   - appliesAbove: The number of endpoints, healthy or not, up to which all are used.
    ///   - seed: The seed that makes this client's subset different from others'. The same seed gives the same subset,
    ///     also after a restart.
    public init(size: Int = 24, appliesAbove: Int = 100, seed: UInt64) {
        self.size = max(1, size)
        self.appliesAbove = max(0, appliesAbove)
        self.seed = seed
    }
}

extension SubsetRule {
    /// Returns the candidates that are kept, in the order given.
    ///
    /// They are the first in the order of their numbers, up to the one that makes enough of those that count.
    /// Candidates among them that do not count stay: when they recover, they push out only the last one (ServiceTalk's
    /// subsets grow past unhealthy hosts, too).
    func selection(from candidates: [Int], counts: (Int) -> Bool, identity: (Int) -> UInt64) -> [Int] {
        guard candidates.count > appliesAbove else { return candidates }
        let numbers = candidates.map { StableHash.mix(identity($0), seed) }
        let counting = zip(candidates, numbers).compactMap { counts($0) ? $1 : nil }
        guard counting.count > size else { return candidates }
        let last = number(at: size - 1, of: counting)
        return zip(candidates, numbers).compactMap { $1 <= last ? $0 : nil }
    }

    /// Returns the number that would be at this position if all were sorted.
    ///
    /// They are spread evenly, so the first lie below a bound that is known beforehand, here twice as far as they
    /// should reach. Only the numbers below it are sorted, and all numbers if by chance these are too few.
    private func number(at position: Int, of numbers: [UInt64]) -> UInt64 {
        let (bound, overflow) = (UInt64.max / UInt64(numbers.count))
            .multipliedReportingOverflow(by: UInt64(position + 1) * 2)
        let low = overflow ? [] : numbers.filter { $0 <= bound }
        return low.count > position ? low.sorted()[position] : numbers.sorted()[position]
    }
}
