// SPDX-License-Identifier: Apache-2.0

/// Decides when a followed service is asked about again. A pure value.
struct PollPace {
    private let minimum: Duration
    private let maximum: Duration
    private let rules: CacheEntry.Rules
    private var failures = 0

    init(_ following: ServiceResolver.Configuration.Following, rules: CacheEntry.Rules) {
        self.rules = rules
        minimum = max(following.minimumInterval, .milliseconds(10))
        maximum = max(following.maximumInterval, minimum)
    }

    /// How long to wait after an answer.
    ///
    /// A tenth is left to chance, so that processes that were started together do not ask together. After a failure the
    /// pauses are those of the cache: it is somebody in trouble who would be asked more often.
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
