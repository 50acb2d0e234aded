// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import LoadBalancing

struct RebuildScheduleTests {
    @Test func `A snapshot is not due before the first change`() {
        var schedule = RebuildSchedule()
        #expect(!schedule.isOutdated && schedule.due == .distantFuture)
        let begins1 = schedule.beginIfDue(at: .distantFuture)
        #expect(!begins1)
        let begins2 = schedule.beginIfDue(at: .distantFuture, ignoresPause: true)
        #expect(!begins2)
    }

    @Test func `The first change makes a snapshot due at once, for one thread`() {
        var schedule = RebuildSchedule()
        schedule.want()
        #expect(schedule.isOutdated && schedule.due == .distantPast)
        let begins3 = schedule.beginIfDue(at: .seconds(1))
        #expect(begins3)
        #expect(schedule.isOutdated && schedule.due == .distantFuture)
        schedule.want()
        let begins4 = schedule.beginIfDue(at: .seconds(2))
        #expect(!begins4)
        let begins5 = schedule.beginIfDue(at: .seconds(2), ignoresPause: true)
        #expect(!begins5)
    }

    @Test
    func `A snapshot is followed by a pause of twenty times its duration, and one snapshot for all changes in it`() {
        var schedule = RebuildSchedule()
        schedule.want()
        let begins6 = schedule.beginIfDue(at: .seconds(10))
        #expect(begins6)
        for _ in 0..<100 { schedule.want() }
        schedule.end(begunAt: .seconds(10), at: .seconds(10.01))
        #expect(schedule.isOutdated && schedule.due == .seconds(10.21))
        let begins7 = schedule.beginIfDue(at: .seconds(10.2))
        #expect(!begins7)
        let begins8 = schedule.beginIfDue(at: .seconds(10.21))
        #expect(begins8)
        schedule.end(begunAt: .seconds(10.21), at: .seconds(10.22))
        #expect(!schedule.isOutdated && schedule.due == .distantFuture)
    }

    @Test func `A snapshot that became useless is replaced during the pause`() {
        var schedule = RebuildSchedule()
        schedule.begin()
        schedule.end(begunAt: .seconds(1), at: .seconds(1.01))
        schedule.want()
        let begins9 = schedule.beginIfDue(at: .seconds(1.02))
        #expect(!begins9)
        let begins10 = schedule.beginIfDue(at: .seconds(1.02), ignoresPause: true)
        #expect(begins10)
    }

    @Test func `An update waits neither for a pause nor for another snapshot, and others wait for it`() {
        var schedule = RebuildSchedule()
        schedule.begin()
        schedule.begin()
        schedule.want()
        schedule.end(begunAt: .seconds(1), at: .seconds(1))
        #expect(schedule.isOutdated && schedule.due == .distantFuture)
        schedule.end(begunAt: .seconds(1), at: .seconds(1.03125))
        #expect(schedule.due == .seconds(1.65625))
    }

    @Test func `A pause is at most a second, and zero if the build took no time`() {
        #expect(RebuildSchedule.pause(after: Nanoseconds(.milliseconds(49))) == .milliseconds(980))
        #expect(RebuildSchedule.pause(after: Nanoseconds(.seconds(3600))) == .seconds(1))
        #expect(RebuildSchedule.pause(after: Nanoseconds(count: .max)) == .seconds(1))
        #expect(RebuildSchedule.pause(after: Nanoseconds(count: 0)) == .zero)
    }

    @Test func `A clock that went back ends the pause`() {
        var schedule = RebuildSchedule()
        schedule.begin()
        schedule.end(begunAt: .seconds(99), at: .seconds(100))
        schedule.want()
        let begins11 = schedule.beginIfDue(at: .seconds(100.5))
        #expect(!begins11)
        let begins12 = schedule.beginIfDue(at: .seconds(50))
        #expect(begins12)
    }
}
