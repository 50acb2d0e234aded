// SPDX-License-Identifier: Apache-2.0

/// What all entries of a cache have in common; one reference in each of thousands.
final class CacheContext: Sendable {
    let rules: CacheEntry.Rules
    let time: TimeSource
    /// Gives random numbers in 0..<1.
    let chance: @Sendable () -> Double
    let counters: CacheCounters

    init(
        rules: CacheEntry.Rules,
        time: TimeSource,
        chance: @escaping @Sendable () -> Double,
        counters: CacheCounters
    ) {
        self.rules = rules
        self.time = time
        self.chance = chance
        self.counters = counters
    }
}
