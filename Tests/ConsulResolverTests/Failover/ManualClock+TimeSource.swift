// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulResolver

extension TimeSource {
    /// Time that moves only when the test moves the clock.
    static func driven(by clock: ManualClock) -> TimeSource {
        let start = ContinuousClock.now
        return TimeSource(
            now: { start + clock.now.offset },
            sleep: { until in try await clock.sleep(until: .init(offset: start.duration(to: until))) }
        )
    }
}
