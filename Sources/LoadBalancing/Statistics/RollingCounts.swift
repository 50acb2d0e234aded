// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Counts of two kinds of events within the recent past: the ordinary kind, and the exceptional kind that is compared
/// with it.
///
/// There are ten buckets of a tenth of the window each. The oldest is emptied when the next one begins, so the counts
/// cover the last nine to ten tenths. The current bucket lies apart from the nine past ones, so that counting touches
/// two numbers. The nine are in a vector because that is stored in place; its other lanes are not used.
struct RollingCounts: Sendable {
    enum Kind {
        case ordinary
        case exceptional
    }

    private static let past = 9
    /// The largest limit of a bucket. Sixteen of these fit into 32 bits.
    static var largestLimit: UInt32 { (1 << 28) - 1 }

    private var ordinary: UInt32 = 0
    private var exceptional: UInt32 = 0
    /// The end of the current bucket.
    private var end = Moment(nanoseconds: .min)
    private let bucketLength: Int64
    private let limit: UInt32
    private var oldest = 0
    private var pastOrdinary = SIMD16<UInt32>(repeating: 0)
    private var pastExceptional = SIMD16<UInt32>(repeating: 0)

    /// - Parameter limit: the most that one bucket counts of a kind.
    init(window nanoseconds: Int64, limit: UInt32 = RollingCounts.largestLimit) {
        bucketLength = max(nanoseconds / Int64(Self.past + 1), 1)
        self.limit = min(limit, Self.largestLimit)
    }

    /// Counts an event. An event that is older than the current bucket counts as of now, and so do all events while the
    /// clock stands still or has gone back.
    mutating func add(_ kind: Kind, at now: Moment) {
        advance(to: now)
        switch kind {
        case .ordinary: ordinary &+= 1
        case .exceptional: exceptional &+= 1
        }
        guard ordinary > limit || exceptional > limit else { return }
        // Halving keeps the proportion; stopping at the limit would let one kind catch up with the other.
        ordinary >>= 1
        exceptional >>= 1
    }

    func totals(at now: Moment) -> (ordinary: UInt32, exceptional: UInt32) {
        var counts = self
        counts.advance(to: now)
        return (
            counts.ordinary &+ counts.pastOrdinary.wrappedSum(),
            counts.exceptional &+ counts.pastExceptional.wrappedSum()
        )
    }

    mutating func reset() {
        (ordinary, exceptional) = (0, 0)
        pastOrdinary = SIMD16(repeating: 0)
        pastExceptional = SIMD16(repeating: 0)
    }

    private mutating func advance(to now: Moment) {
        // The usual case, which takes no division.
        guard now >= end else { return }
        let passed = now.nanoseconds(since: end).count / bucketLength
        guard passed < Int64(Self.past) else {
            reset()
            end = now + .nanoseconds(bucketLength)
            return
        }
        for _ in 0...passed { beginBucket() }
        end = end + .nanoseconds(bucketLength &* (passed &+ 1))
    }

    private mutating func beginBucket() {
        pastOrdinary[oldest] = ordinary
        pastExceptional[oldest] = exceptional
        oldest = oldest == Self.past - 1 ? 0 : oldest + 1
        (ordinary, exceptional) = (0, 0)
    }
}
