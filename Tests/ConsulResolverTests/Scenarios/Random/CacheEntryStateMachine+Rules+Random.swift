// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulResolver
@testable import ResolutionCache

extension CacheEntryStateMachine.Rules {
    /// Makes rules as any user may configure them.
    ///
    /// - Parameter lengths: The durations to choose from.
    convenience init(lengths: [Duration], using generator: inout SeededGenerator) {
        func length() -> Duration { lengths.randomElement(using: &generator) ?? .zero }
        var hold = ServiceResolver.Configuration.Hold()
        hold.keepsLastKnown = generator.happens(0.5)
        (hold.emptyGracePeriod, hold.missingGracePeriod) = (length(), length())
        var cache = ServiceResolver.Configuration.Cache()
        let bounds = [length(), length()].sorted()
        (cache.minimumTimeToLive, cache.maximumTimeToLive) = (bounds[0], bounds[1])
        (cache.failureTimeToLive, cache.maximumFailureTimeToLive) = (length(), length())
        (cache.maximumNegativeTimeToLive, cache.staleLimit) = (length(), length())
        cache.minimumNegativeTimeToLive = length()
        self.init(hold: hold, cache: cache)
    }
}
