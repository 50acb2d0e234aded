// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulResolver
@testable import ResolverSupport

extension TimeSource {
    /// Makes a source of the time on a clock that the test moves.
    init(_ clock: ManualClock) {
        let origin = Moment.now
        self.init(
            now: { origin + clock.now.offset },
            sleep: { try await clock.sleep(until: ManualClock.Instant(offset: origin.duration(to: $0))) }
        )
    }
}
