// SPDX-License-Identifier: Apache-2.0

/// A duration in half of its size. 292 years are the most; what is longer is cut.
struct Nanoseconds: Hashable, Sendable {
    var count: Int64

    init(count: Int64) { self.count = count }

    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, excess) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        count = overflow || excess ? (seconds < 0 ? .min : .max) : sum
    }

    var duration: Duration { .nanoseconds(count) }

    /// As if one had passed after the other.
    static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        let (sum, overflow) = left.count.addingReportingOverflow(right.count)
        return Nanoseconds(count: overflow ? .max : sum)
    }
}
