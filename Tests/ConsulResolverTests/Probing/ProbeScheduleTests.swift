// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import EndpointProbing

struct ProbeScheduleTests {
    static let interval = Duration.seconds(5)
    var generator = SeededGenerator(seed: 1)
    var schedule = ProbeSchedule(interval: interval, maximumConcurrent: 4)

    @Test mutating func `A probe schedule without endpoints has no due probe`() {
        #expect(schedule.nextDue == nil)
        #expect(schedule.begin(at: .seconds(100)).isEmpty)
        update(1...3, at: .zero)
        #expect(schedule.nextDue != nil)
        schedule.update([], at: .seconds(1), using: &generator)
        #expect(schedule.nextDue == nil)
    }

    @Test
    mutating func `A probe schedule spreads the first probes of new endpoints over the interval`() throws {
        schedule = ProbeSchedule(interval: Self.interval, maximumConcurrent: 100)
        update(1...50, at: .seconds(7))
        var targets: Set<HostPort> = []
        for part in 0..<50 {
            let due = try #require(schedule.nextDue)
            let begin = Duration.seconds(7) + Self.interval * part / 50
            #expect(due >= begin && due < begin + Self.interval / 50)
            for probe in schedule.begin(at: due) { targets.insert(probe.target) }
        }
        #expect(targets.count == 50)
        #expect(schedule.nextDue == nil)
    }

    @Test
    mutating func `A probe schedule repeats a probe after the interval from its start, with a jitter of 10 %`() throws {
        update(1...1, at: .zero)
        var gaps: Set<Duration> = []
        for _ in 0..<100 {
            let start = try #require(schedule.nextDue)
            let probe = try #require(schedule.begin(at: start).first)
            #expect(schedule.nextDue == nil, "one at a time")
            #expect(schedule.begin(at: start + .seconds(1)).isEmpty)
            _ = schedule.finish(probe, at: start + .seconds(1), using: &generator)
            let gap = try #require(schedule.nextDue) - start
            #expect(gap >= Self.interval * 0.9 && gap <= Self.interval * 1.1)
            gaps.insert(gap)
        }
        #expect(gaps.count > 90)
    }

    @Test
    mutating func `A probe schedule repeats a probe at once that took longer than the interval`() throws {
        update(1...1, at: .zero)
        let probe = try #require(schedule.begin(at: .seconds(5)).first)
        _ = schedule.finish(probe, at: .seconds(60), using: &generator)
        #expect(schedule.nextDue == .seconds(60))
    }

    @Test
    mutating func `A probe schedule with too many due probes begins with the longest overdue`() throws {
        update(1...20, at: .zero)
        var served: [HostPort] = []
        var underWay = schedule.begin(at: .seconds(5))
        #expect(underWay.count == 4)
        #expect(schedule.nextDue == nil, "no probe starts before one has ended")
        while served.count < 20 {
            served.append(underWay[0].target)
            _ = schedule.finish(underWay.removeFirst(), at: .seconds(5), using: &generator)
            underWay += schedule.begin(at: .seconds(5))
        }
        #expect(Set(served).count == 20)
    }

    @Test mutating func `A probe schedule keeps the due time of endpoints that stay`() throws {
        update(1...1, at: .zero)
        let due = try #require(schedule.nextDue)
        for step in 1...10 { update(1...1, at: .milliseconds(step)) }
        #expect(schedule.nextDue == due)
        let probe = try #require(schedule.begin(at: due).first)
        update(1...2, at: due)
        #expect(schedule.finish(probe, at: due, using: &generator))
    }

    @Test
    mutating func `A probe schedule ignores the result of a removed endpoint, but counts its probe`() throws {
        update(1...1, at: .zero)
        let probe = try #require(schedule.begin(at: .seconds(5)).first)
        schedule.update([], at: .seconds(5), using: &generator)
        #expect(schedule.underWay == 1)
        update(1...1, at: .seconds(5))
        let second = try #require(schedule.begin(at: .seconds(10)).first)
        #expect(schedule.underWay == 2)
        #expect(!schedule.finish(probe, at: .seconds(10), using: &generator))
        #expect(schedule.finish(second, at: .seconds(10), using: &generator))
        #expect(schedule.underWay == 0)
    }

    @Test mutating func `A probe schedule is the same for the same seed`() {
        var other = schedule
        var sameSeed = generator
        update(1...30, at: .zero)
        other.update(Set((1...30).shuffled().map { HostPort(loopback: $0) }), at: .zero, using: &sameSeed)
        for second in 0...5 {
            #expect(schedule.begin(at: .seconds(second)) == other.begin(at: .seconds(second)))
        }
    }

    @Test(
        arguments: 0..<50 as Range<UInt64>
    )
    mutating func `A probe schedule keeps to its concurrency, one probe an endpoint, and forgets none`(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        var now = Duration.zero
        var targets: Set<HostPort> = []
        var underWay: [ProbeSchedule.Probe] = []
        for _ in 0..<300 {
            now += .milliseconds(Int.random(in: 0...1500, using: &generator))
            switch Int.random(in: 0..<3, using: &generator) {
            case 0:
                targets = Set((1...12).filter { _ in generator.happens(0.7) }.map { HostPort(loopback: $0) })
                schedule.update(targets, at: now, using: &generator)
            case 1 where !underWay.isEmpty:
                let probe = underWay.remove(at: .random(in: underWay.indices, using: &generator))
                _ = schedule.finish(probe, at: now, using: &generator)
            default:
                let begun = schedule.begin(at: now)
                #expect(begun.allSatisfy { targets.contains($0.target) })
                underWay += begun
                if let due = schedule.nextDue { #expect(due > now) }
            }
            #expect(schedule.underWay == underWay.count)
            #expect(underWay.count <= 4)
        }
        for probe in underWay { _ = schedule.finish(probe, at: now, using: &generator) }
        var remaining = targets
        while !remaining.isEmpty, let due = schedule.nextDue {
            for probe in schedule.begin(at: due) {
                remaining.remove(probe.target)
                _ = schedule.finish(probe, at: due, using: &generator)
            }
        }
        #expect(remaining.isEmpty)
    }

    private mutating func update(_ ports: ClosedRange<UInt16>, at now: Duration) {
        schedule.update(Set(ports.map { HostPort(loopback: $0) }), at: now, using: &generator)
    }
}
