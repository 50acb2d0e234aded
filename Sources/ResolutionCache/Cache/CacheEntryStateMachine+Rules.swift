// SPDX-License-Identifier: Apache-2.0

package import ResolutionModel
import ResolverSupport

extension CacheEntryStateMachine {
    /// TTL and backoff settings, shared by all entries.
    package final class Rules: Sendable {
        package let hold: ResolverConfiguration.Hold
        package let cache: ResolverConfiguration.Cache

        init(hold: ResolverConfiguration.Hold, cache: ResolverConfiguration.Cache) {
            self.hold = hold
            self.cache = cache
        }

        /// Returns how long lookups receive an answer without a fetch.
        ///
        /// - Parameter isRepeated: True if the answer before was empty. It counts for an empty answer only.
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

        /// Returns the backoff after some failures in a row.
        ///
        /// Jitter adds up to a fifth, so that services that failed together are not fetched together.
        package func pause(afterFailures failures: Int, chance: Double) -> Duration {
            Backoff(
                initial: cache.failureTimeToLive,
                maximum: max(cache.maximumFailureTimeToLive, cache.failureTimeToLive),
                jitter: .adding(0.2)
            ).pause(after: failures, chance: chance)
        }
    }
}
