// SPDX-License-Identifier: Apache-2.0

import ResolutionCache
import ResolutionModel

/// Decides when a followed service is polled again. A pure value.
struct PollPace {
    private let minimum: Duration
    private let maximum: Duration
    private let rules: CacheEntryStateMachine.Rules
    private var failures = 0

    init(_ following: ResolverConfiguration.Following, rules: CacheEntryStateMachine.Rules) {
        self.rules = rules
        minimum = max(following.minimumInterval, .milliseconds(10))
        maximum = max(following.maximumInterval, minimum)
    }

    /// Returns the wait after an answer.
    ///
    /// Jitter shortens it by up to a tenth, so that processes that were started together do not poll together. After a
    /// failure the waits are those of the cache: a source in trouble should not be queried more often.
    ///
    /// - Parameter chance: A random number in 0..<1.
    mutating func pause(after answer: Resolution, chance: Double) -> Duration {
        guard answer.isDoubtful else {
            failures = 0
            return min(max(answer.timeToLive, minimum), maximum) * (0.9 + 0.1 * chance)
        }
        failures = min(failures + 1, 16)
        return max(rules.pause(afterFailures: failures, chance: chance), minimum)
    }
}
