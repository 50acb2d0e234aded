// SPDX-License-Identifier: Apache-2.0

/// A duration in half the size. The limit is 292 years; longer durations are cut.
package struct Nanoseconds: Hashable, Sendable {
    package var count: Int64

    @inlinable
    package init(count: Int64) { self.count = count }

    package init(_ duration: Duration) {
        // Checked before the computation: the components of a longer duration do not fit into their types.
        if duration >= .nanoseconds(Int64.max) {
            count = .max
        } else if duration <= .nanoseconds(Int64.min) {
            count = .min
        } else {
            let (seconds, attoseconds) = duration.components
            count = seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
        }
    }

    package var duration: Duration { .nanoseconds(count) }

    /// Returns the sum of two durations; an overflow gives the largest one.
    package static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        let (sum, overflow) = left.count.addingReportingOverflow(right.count)
        return Nanoseconds(count: overflow ? .max : sum)
    }
}
