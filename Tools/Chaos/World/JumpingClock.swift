// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport

/// A clock that a fault sets forward, as if the machine had been suspended. A monotonic clock is never set back.
final class JumpingClock: Sendable {
    /// The longest wait that does not notice a jump.
    private static let attention = Duration.milliseconds(50)

    private let offset = NIOLockedValueBox(Duration.zero)

    /// Sets the clock forward.
    func jump(by time: Duration) { offset.withLockedValue { $0 += time } }

    private var now: Moment { Moment.now + offset.withLockedValue { $0 } }

    /// The clock as the seam of a resolver.
    var source: TimeSource {
        TimeSource(now: { self.now }) { until in
            while true {
                let left = self.now.duration(to: until)
                if left <= .zero { return try Task.checkCancellation() }
                try await Task.sleep(for: min(left, Self.attention))
            }
        }
    }
}
