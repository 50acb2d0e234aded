// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `An estimate of latency` {
    @Test func `A latency estimate has no value at first, and the measured one then`() {
        var estimate = LatencyEstimate()
        #expect(!estimate.hasValue && estimate.value(at: .seconds(1)) == nil)
        estimate.observe(0, at: .seconds(1))
        #expect(estimate.hasValue && estimate.value(at: .seconds(1)) == 0)
        estimate.observe(700, at: .seconds(1))
        #expect(estimate.value(at: .seconds(1)) == 700)
    }

    @Test func `A latency estimate jumps up at once and comes down with time`() throws {
        var estimate = LatencyEstimate()
        estimate.observe(20_000_000, at: .seconds(0))
        estimate.observe(10_000_000_000, at: .seconds(1))
        #expect(estimate.value(at: .seconds(1)) == 10_000_000_000)
        estimate.observe(20_000_000, at: .seconds(1))
        #expect(estimate.value(at: .seconds(1)) == 10_000_000_000)
        estimate.observe(20_000_000, at: .seconds(11))
        // e^-1 of the difference remains.
        let value = try #require(estimate.value(at: .seconds(11)))
        let expected = 20e6 + 9.98e9 * 0.367_879
        #expect(abs(Double(value) - expected) < 0.005 * expected)
    }

    @Test
    func `A latency estimate falls to the last response without new ones, and reading does not change it`() throws {
        var estimate = LatencyEstimate()
        estimate.observe(20_000_000, at: .seconds(0))
        #expect(estimate.value(at: .seconds(1_000)) == 20_000_000)
        estimate.observe(1_020_000_000, at: .seconds(0), isAnswer: false)
        let before = estimate
        let value = try #require(estimate.value(at: .seconds(20)))
        let expected = 20e6 + 135_335_000.0
        #expect(abs(Double(value) - expected) < 0.005 * expected)
        #expect(estimate.value(at: Moment(nanoseconds: .max)) == 20_000_000)
        #expect(estimate == before)
    }

    @Test func `A latency estimate falls to zero where there was no response`() {
        var estimate = LatencyEstimate()
        estimate.observe(1_000_000_000, at: .seconds(0), isAnswer: false)
        #expect(estimate.value(at: Moment(nanoseconds: .max)) == 0)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `A latency estimate is at least the last measurement, and at most the largest`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var estimate = LatencyEstimate()
        var (now, most) = (0 as Int64, 0 as Int64)
        for _ in 0..<500 {
            now += .random(in: -1_000_000_000...3_000_000_000, using: &generator)
            let latency = Int64.random(in: -1_000...5_000_000_000, using: &generator)
            estimate.observe(latency, at: Moment(nanoseconds: now))
            most = max(most, latency)
            let value = try #require(estimate.value(at: Moment(nanoseconds: now)))
            // A double has 53 bits.
            #expect(value >= latency - 1 && value <= most + 1)
        }
    }

    @Test func `A latency estimate grows with the measurements`() throws {
        var before = LatencyEstimate()
        before.observe(1_000_000, at: .seconds(0))
        var last: Int64 = 0
        for latency in stride(from: 0 as Int64, through: 2_000_000, by: 10_000) {
            var estimate = before
            estimate.observe(latency, at: .seconds(5))
            let value = try #require(estimate.value(at: .seconds(5)))
            #expect(value >= last)
            last = value
        }
    }

    @Test func `A latency estimate keeps its time when the clock goes back`() {
        var estimate = LatencyEstimate()
        estimate.observe(1_000_000, at: .seconds(100))
        estimate.observe(10, at: .seconds(50))
        #expect(estimate.value(at: .seconds(50)) == 1_000_000)
        #expect(estimate.value(at: .seconds(100)) == 1_000_000)
    }

    @Test func `A latency estimate accepts every number`() {
        var estimate = LatencyEstimate()
        for latency in [.max, .min, 0, .max, -1] as [Int64] {
            for time in [.min, 0, .max, 5] as [Int64] {
                estimate.observe(latency, at: Moment(nanoseconds: time))
                for reading in [.min, 0, .max] as [Int64] {
                    #expect(estimate.value(at: Moment(nanoseconds: reading)).map { $0 >= 0 } == true)
                }
            }
        }
    }

    @Test func `A latency estimate restarts after a reset`() {
        var estimate = LatencyEstimate()
        estimate.observe(9_000_000_000, at: .seconds(1))
        estimate.reset(to: 25_000_000, at: .seconds(2))
        #expect(estimate.value(at: .seconds(2)) == 25_000_000)
        estimate.reset(to: nil, at: .seconds(3))
        #expect(!estimate.hasValue)
    }
}
