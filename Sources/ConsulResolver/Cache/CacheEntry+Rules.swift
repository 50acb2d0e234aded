// SPDX-License-Identifier: Apache-2.0

extension CacheEntry {
    /// How long what is kept. One for all entries.
    final class Rules: Sendable {
        let hold: ServiceResolver.Configuration.Hold
        let cache: ServiceResolver.Configuration.Cache

        init(hold: ServiceResolver.Configuration.Hold, cache: ServiceResolver.Configuration.Cache) {
            self.hold = hold
            self.cache = cache
        }

        /// For how long an answer is given without asking again.
        ///
        /// - Parameter isRepeated: Whether the answer before said the same about whether there are endpoints.
        func lifetime(of answer: Resolution, isRepeated: Bool) -> Duration {
            switch answer.outcome {
            case .endpoints:
                return min(max(answer.timeToLive, cache.minimumTimeToLive), cache.maximumTimeToLive)
            case .empty:
                let floor = isRepeated ? cache.minimumNegativeTimeToLive : .zero
                return min(max(answer.timeToLive, floor), cache.maximumNegativeTimeToLive)
            case .unknown:
                return .zero
            }
        }

        /// For how long nobody is asked after some failures in a row.
        ///
        /// Up to a fifth comes on top, by chance: services that failed together are not to be asked for together.
        func pause(afterFailures failures: Int, chance: Double) -> Duration {
            let ceiling = max(cache.maximumFailureTimeToLive, cache.failureTimeToLive)
            var pause = cache.failureTimeToLive
            for _ in 1..<max(failures, 1) where pause < ceiling { pause *= 2 }
            return min(pause, ceiling) * (1 + 0.2 * chance)
        }
    }
}
