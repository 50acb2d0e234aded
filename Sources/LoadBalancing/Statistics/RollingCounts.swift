// SPDX-License-Identifier: Apache-2.0

/// How often two kinds of events happened within the recent past: the usual one, and the one that it is compared with.
///
/// Ten buckets of a tenth of the window each, of which the oldest is emptied when the next one begins, so what is counted
/// is the last nine to ten tenths. A vector holds them because it is stored in place; lanes ten to fifteen are not used.
struct RollingCounts: Sendable {
    enum Kind {
        case ordinary
        case exceptional
    }

    private static let buckets = 10
    /// Sixteen of these fit into 32 bits.
    private static let most: UInt32 = (1 << 28) - 1

    private var ordinary = SIMD16<UInt32>(repeating: 0)
    private var exceptional = SIMD16<UInt32>(repeating: 0)
    private var current = 0
    /// When the current bucket ends.
    private var end = Moment(nanoseconds: .min)
    private let bucketLength: Int64

    init(window nanoseconds: Int64) {
        bucketLength = max(nanoseconds / Int64(Self.buckets), 1)
    }

    /// Counts an event. One that is older than the current bucket counts as of now, and so does everything while the
    /// clock stands still or has gone back.
    mutating func add(_ kind: Kind, at now: Moment) {
        advance(to: now)
        switch kind {
        case .ordinary: ordinary[current] &+= 1
        case .exceptional: exceptional[current] &+= 1
        }
        if ordinary[current] > Self.most || exceptional[current] > Self.most { halve() }
    }

    func totals(at now: Moment) -> (ordinary: UInt32, exceptional: UInt32) {
        var counts = self
        counts.advance(to: now)
        return (counts.ordinary.wrappedSum(), counts.exceptional.wrappedSum())
    }

    mutating func reset() {
        ordinary = SIMD16(repeating: 0)
        exceptional = SIMD16(repeating: 0)
    }

    /// Keeps the proportion, where stopping at a limit would let one kind catch up with the other.
    private mutating func halve() {
        ordinary[current] >>= 1
        exceptional[current] >>= 1
    }

    private mutating func advance(to now: Moment) {
        // Nearly always; there is no division on this way.
        guard now >= end else { return }
        let passed = now.nanoseconds(since: end).count / bucketLength
        guard passed < Int64(Self.buckets) - 1 else {
            reset()
            end = now + .nanoseconds(bucketLength)
            return
        }
        for _ in 0...passed {
            current = current == Self.buckets - 1 ? 0 : current + 1
            ordinary[current] = 0
            exceptional[current] = 0
        }
        end = end + .nanoseconds(bucketLength &* (passed &+ 1))
    }
}
