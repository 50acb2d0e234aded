// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Properties shared by all entries of a cache. Each of thousands of entries holds one reference to them.
package final class CacheContext: Sendable {
    let rules: CacheEntryStateMachine.Rules
    let time: TimeSource
    /// Returns random numbers in 0..<1.
    let chance: @Sendable () -> Double
    let counters: CacheCounters

    init(
        rules: CacheEntryStateMachine.Rules,
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
