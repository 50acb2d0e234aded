// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct ManualClockTests {
    let clock = ManualClock()

    @Test func `A manual clock stands still until it is moved`() {
        #expect(clock.now.offset == .zero)
        clock.advance(by: .seconds(90))
        clock.advance(by: .zero)
        #expect(clock.now.offset == .seconds(90))
        #expect(ManualClock.Instant().duration(to: clock.now) == .seconds(90))
    }

    @Test func `A manual clock wakes exactly the sleepers whose deadline has passed`() async throws {
        let woken = WatchedValue<[Int]>([])
        let sleepers = [3, 1, 2].map { seconds in
            Task { [clock] in
                try await clock.sleep(for: .seconds(seconds))
                woken.update { $0.append(seconds) }
            }
        }
        try await clock.waitForSleepers(3)
        clock.advance(by: .milliseconds(999))
        #expect(clock.sleeperCount == 3)
        for seconds in 1...3 {
            clock.advance(by: seconds == 1 ? .milliseconds(1) : .seconds(1))
            try await woken.wait("sleeper \(seconds)", within: .seconds(10)) { $0 == Array(1...seconds) }
            #expect(clock.sleeperCount == 3 - seconds)
        }
        for sleeper in sleepers { try await sleeper.value(within: .seconds(10)) }
    }

    @Test func `Sleeping on a manual clock until a past deadline returns at once`() async throws {
        clock.advance(by: .seconds(5))
        try await clock.sleep(until: ManualClock.Instant(offset: .seconds(5)))
        try await clock.sleep(until: ManualClock.Instant(offset: .seconds(1)))
        #expect(clock.sleeperCount == 0)
    }

    @Test
    func `A sleeper on a manual clock ends when canceled, before or during its sleep`() async throws {
        let asleep = Task { [clock] in try await clock.sleep(for: .seconds(1)) }
        try await clock.waitForSleepers(1)
        asleep.cancel()
        await #expect(throws: CancellationError.self) { try await asleep.value(within: .seconds(10)) }
        #expect(clock.sleeperCount == 0)

        let gate = WatchedValue(false)
        let late = Task { [clock] in
            await Task { _ = try? await gate.wait { $0 } }.value
            try await clock.sleep(for: .seconds(1))
        }
        late.cancel()
        gate.update { $0 = true }
        await #expect(throws: CancellationError.self) { try await late.value(within: .seconds(10)) }
    }

    @Test func `A manual clock can be stepped through consecutive sleeps`() async throws {
        let ticks = Task { [clock] in
            for _ in 0..<3 { try await clock.sleep(for: .seconds(1)) }
            return clock.now.offset
        }
        for _ in 0..<3 {
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(1))
        }
        #expect(try await ticks.value(within: .seconds(10)) == .seconds(3))
    }
}
