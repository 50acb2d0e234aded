// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `Rolling counts` {
    /// All events younger than nine tenths of the window are counted, and no event older than the window.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `Rolling counts cover the last nine to ten tenths of the window`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var counts = RollingCounts(window: 1_000)
        var events: [(time: Int64, isOrdinary: Bool)] = []
        var now: Int64 = .random(in: -5_000...5_000, using: &generator)
        for _ in 0..<2_000 {
            now +=
                generator.happens(0.01)
                ? .random(in: 0...2_500, using: &generator) : .random(in: 0...40, using: &generator)
            let isOrdinary = generator.happens(0.7)
            counts.add(isOrdinary ? .ordinary : .exceptional, at: Moment(nanoseconds: now))
            events.append((now, isOrdinary))
            let later = now + .random(in: 0...1_500, using: &generator)
            let totals = counts.totals(at: Moment(nanoseconds: later))
            for (total, kind) in [(totals.ordinary, true), (totals.exceptional, false)] {
                let young = events.count { $0.isOrdinary == kind && $0.time > later - 900 }
                let possible = events.count { $0.isOrdinary == kind && $0.time > later - 1_000 }
                #expect(young <= Int(total) && Int(total) <= possible)
            }
            events.removeAll { $0.time < now - 2_000 }
        }
    }

    @Test func `Rolling counts continue while the clock stands still or goes back`() {
        var counts = RollingCounts(window: 1_000)
        for time in [5_000, 5_000, 4_000, -3_000_000, .min] as [Int64] {
            counts.add(.ordinary, at: Moment(nanoseconds: time))
        }
        #expect(counts.totals(at: Moment(nanoseconds: 4_500)).ordinary == 5)
        #expect(counts.totals(at: Moment(nanoseconds: 6_200)).ordinary == 0)
    }

    @Test(arguments: [.min, -1, 0, 1, 9, .max] as [Int64])
    func `Rolling counts accept any window, and any leap of the clock`(window: Int64) {
        var counts = RollingCounts(window: window)
        for time in [.min, 0, .max, .min, .max, 17] as [Int64] {
            counts.add(.exceptional, at: Moment(nanoseconds: time))
            #expect(counts.totals(at: Moment(nanoseconds: time)).exceptional >= 1)
        }
    }

    @Test func `Rolling counts keep the proportion when the counters are full`() {
        var counts = RollingCounts(window: 1_000, limit: 1_000)
        var exceeded = false
        for event in 0..<20_000 {
            counts.add(event % 4 == 3 ? .exceptional : .ordinary, at: Moment(nanoseconds: 10))
            exceeded = exceeded || counts.totals(at: Moment(nanoseconds: 10)).ordinary > 1_000
        }
        let totals = counts.totals(at: Moment(nanoseconds: 10))
        let share = Double(totals.exceptional) / Double(totals.ordinary + totals.exceptional)
        #expect(abs(share - 0.25) < 0.01)
        #expect(!exceeded && totals.ordinary >= 500)
    }

    @Test func `Rolling counts restart at the current time`() {
        var counts = RollingCounts(window: 1_000)
        counts.add(.ordinary, at: Moment(nanoseconds: 10))
        counts.reset()
        #expect(counts.totals(at: Moment(nanoseconds: 10)).ordinary == 0)
        counts.add(.exceptional, at: Moment(nanoseconds: 10))
        #expect(counts.totals(at: Moment(nanoseconds: 10)) == (0, 1))
    }
}
