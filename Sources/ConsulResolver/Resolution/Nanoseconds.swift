// SPDX-License-Identifier: Apache-2.0

/// A duration in half of its size. 292 years are the most; what is longer is cut.
struct Nanoseconds: Sendable {
    let count: Int64

    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, excess) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        count = overflow || excess ? (seconds < 0 ? .min : .max) : sum
    }

    var duration: Duration { .nanoseconds(count) }
}
