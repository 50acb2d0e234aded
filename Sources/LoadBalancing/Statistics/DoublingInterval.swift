// SPDX-License-Identifier: Apache-2.0

/// A time that doubles from step to step, up to a limit, and shrinks by steps as well.
///
/// Not a `Backoff`: there is one for each endpoint, so it is kept in nanoseconds and counts its doublings in a byte.
struct DoublingInterval: Hashable, Sendable {
    let base: Int64
    let most: Int64
    private var doublings: UInt8 = 0

    /// Creates an interval. Both times are in nanoseconds.
    init(base: Int64, most: Int64) {
        self.base = max(base, 1)
        self.most = max(most, self.base)
    }

    var length: Int64 {
        let (length, overflow) = base.multipliedReportingOverflow(by: 1 << Int64(doublings))
        return overflow ? most : min(length, most)
    }

    /// Doubles the length. Steps beyond the limit are not counted, so that shortening begins at the limit.
    mutating func lengthen() {
        // 2^62 is the largest power of two in 64 bits with a sign.
        if length < most, doublings < 62 { doublings &+= 1 }
    }

    mutating func shorten(times: Int64) {
        doublings = UInt8(max(Int64(doublings) - max(times, 0), 0))
    }

    mutating func reset() { doublings = 0 }
}
