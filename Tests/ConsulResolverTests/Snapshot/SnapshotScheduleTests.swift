// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSnapshot

struct SnapshotScheduleTests {
    static let start = Moment.now
    var schedule = SnapshotSchedule(interval: .seconds(5), confirmationInterval: .seconds(100))

    private func at(_ seconds: Int) -> Moment { Self.start + .seconds(seconds) }

    @Test mutating func `A snapshot schedule rests without changes`() {
        #expect(schedule.nextStep(at: at(1000)) == .rest)
        #expect(schedule.close() == false)
        #expect(schedule.nextStep(at: at(2000)) == .rest)
    }

    @Test mutating func `A snapshot schedule collects changes, and writes them together`() {
        #expect(schedule.noteChange(at: at(0)) == true)
        #expect(schedule.nextStep(at: at(0)) == .wait(until: at(5)))
        #expect(schedule.noteChange(at: at(1)) == false)
        #expect(schedule.noteChange(at: at(4)) == false)
        #expect(schedule.nextStep(at: at(4)) == .wait(until: at(5)))
        #expect(schedule.nextStep(at: at(5)) == .write)
        schedule.finishWrite(true, at: at(6))
        #expect(schedule.nextStep(at: at(6)) == .rest)
        #expect(schedule.noteChange(at: at(7)) == true)
        #expect(schedule.nextStep(at: at(7)) == .wait(until: at(12)))
    }

    @Test mutating func `A snapshot schedule writes changes again that came during a write`() {
        #expect(schedule.noteChange(at: at(0)) == true)
        #expect(schedule.nextStep(at: at(5)) == .write)
        #expect(schedule.noteChange(at: at(6)) == false)
        schedule.finishWrite(true, at: at(7))
        #expect(schedule.nextStep(at: at(7)) == .wait(until: at(11)))
        #expect(schedule.nextStep(at: at(11)) == .write)
    }

    @Test
    mutating func `A snapshot schedule retries after a failure, less and less often`() {
        #expect(schedule.noteChange(at: at(0)) == true)
        var now = at(5)
        for pause in [5, 10, 20, 40, 80, 160, 300, 300, 300] {
            #expect(schedule.nextStep(at: now) == .write)
            // A change does not shorten the wait: it does not repair the disk.
            #expect(schedule.noteChange(at: now) == false)
            schedule.finishWrite(false, at: now)
            #expect(schedule.noteChange(at: now) == false)
            let due = now + .seconds(pause)
            #expect(schedule.nextStep(at: now) == .wait(until: due))
            now = due
        }
        #expect(schedule.nextStep(at: now) == .write)
        schedule.finishWrite(true, at: now)
        #expect(schedule.nextStep(at: now) == .rest)
        #expect(schedule.noteChange(at: now) == true)
        #expect(schedule.nextStep(at: now) == .wait(until: now + .seconds(5)))
    }

    @Test mutating func `A snapshot schedule writes confirmations only when the file is old`() {
        #expect(schedule.noteConfirmation(at: at(0)) == true)
        #expect(schedule.nextStep(at: at(5)) == .write)
        schedule.finishWrite(true, at: at(5))
        #expect(schedule.nextStep(at: at(5)) == .rest)
        #expect(schedule.noteConfirmation(at: at(6)) == false)
        #expect(schedule.noteConfirmation(at: at(104)) == false)
        #expect(schedule.nextStep(at: at(104)) == .rest)
        #expect(schedule.noteConfirmation(at: at(105)) == true)
        #expect(schedule.nextStep(at: at(105)) == .wait(until: at(110)))
    }

    @Test
    mutating func `A snapshot schedule writes changes and confirmations at once when it is closed`() {
        #expect(schedule.noteChange(at: at(0)) == true)
        #expect(schedule.close() == false, "a task is waiting already")
        #expect(schedule.nextStep(at: at(1)) == .write)
        schedule.finishWrite(true, at: at(1))
        #expect(schedule.nextStep(at: at(1)) == .rest)

        schedule = SnapshotSchedule(interval: .seconds(5), confirmationInterval: .seconds(100))
        #expect(schedule.noteChange(at: at(0)) == true)
        #expect(schedule.nextStep(at: at(5)) == .write)
        schedule.finishWrite(true, at: at(5))
        #expect(schedule.nextStep(at: at(5)) == .rest)
        #expect(schedule.noteConfirmation(at: at(6)) == false)
        #expect(schedule.close() == true)
        #expect(schedule.nextStep(at: at(7)) == .write)
    }

    @Test mutating func `A snapshot schedule ends after the last write, even if that fails`() {
        #expect(schedule.noteChange(at: at(0)) == true)
        #expect(schedule.close() == false)
        #expect(schedule.nextStep(at: at(1)) == .write)
        schedule.finishWrite(false, at: at(2))
        #expect(schedule.nextStep(at: at(2)) == .rest)
        #expect(schedule.noteChange(at: at(3)) == false)
        #expect(schedule.noteConfirmation(at: at(3)) == false)
        #expect(schedule.close() == false)
        #expect(schedule.nextStep(at: at(1000)) == .rest)
    }

    @Test
    mutating func `A snapshot schedule starts one task at a time and writes everything, in any order of events`() {
        var generator = SeededGenerator(seed: 17)
        for _ in 0..<300 {
            schedule = SnapshotSchedule(interval: .seconds(5), confirmationInterval: .seconds(100))
            var (now, isAttended, isUnwritten, isWriting) = (0, false, false, false)
            var lastWrite = Int.min / 2
            for _ in 0..<100 {
                now += Int.random(in: 0...4, using: &generator)
                if generator.happens(0.3) {
                    let begins = schedule.noteChange(at: at(now))
                    #expect(begins == !isAttended)
                    (isAttended, isUnwritten) = (true, true)
                } else if isWriting {
                    isWriting = false
                    let succeeded = generator.happens(0.7)
                    isUnwritten = isUnwritten || !succeeded
                    schedule.finishWrite(succeeded, at: at(now))
                } else if isAttended {
                    switch schedule.nextStep(at: at(now)) {
                    case .rest:
                        #expect(!isUnwritten)
                        isAttended = false
                    case .wait(let due):
                        #expect(due > at(now) && isUnwritten)
                    case .write:
                        #expect(isUnwritten && now - lastWrite >= 5)
                        (isUnwritten, isWriting, lastWrite) = (false, true, now)
                    }
                }
            }
        }
    }
}
