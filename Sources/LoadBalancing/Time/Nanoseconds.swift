// SPDX-License-Identifier: Apache-2.0

/// A duration in half of its size. 292 years are the most; what is longer is cut.
package struct Nanoseconds: Hashable, Sendable {
    package var count: Int64

    @inlinable
    package init(count: Int64) { self.count = count }

    package init(_ duration: Duration) {
        // Before anything is computed: the parts of a duration that is longer still do not fit into what they are given in.
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

    /// As if one had passed after the other.
    package static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        let (sum, overflow) = left.count.addingReportingOverflow(right.count)
        return Nanoseconds(count: overflow ? .max : sum)
    }
}
