// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulHTTP

struct ReadPatienceTests {
    @Test func `Before the first answer, a watch does not know what is slow`() {
        #expect(ReadPatience(least: .seconds(2)).limit == nil)
    }

    @Test func `Fast reads leave two seconds, and slow reads four times their duration`() {
        var patience = ReadPatience(least: .seconds(2))
        patience.answered(after: .milliseconds(5))
        #expect(patience.limit == .seconds(2))
        patience.answered(after: .seconds(1))
        #expect(patience.limit == .seconds(4))
        patience.answered(after: .milliseconds(5))
        #expect(patience.limit == .seconds(3.5))
    }
}

struct HedgedReadTests {
    private let clock = ManualClock()
    private let reads = ScriptedReads()

    /// Begins a read with a patience of two seconds.
    private func begin() -> Task<ConsulAnswer<String>, any Error> {
        let read = HedgedRead(patience: .seconds(2), time: TimeSource(clock)) { [reads] in try await reads.read(nil) }
        return Task { try await read() }
    }

    @Test func `A read that is answered in time stays alone`() async throws {
        let reading = begin()
        reads.reply(0, "a", index: 1)
        #expect(try await reading.value.value == "a")
        #expect(reads.questions.count == 1)
    }

    @Test(arguments: [0, 1]) func `The first answer counts, whichever read it is for`(number: Int) async throws {
        let reading = begin()
        try await clock.waitForSleepers(1)
        clock.advance(by: .seconds(2))
        try await reads.waitForQuestions(2)
        reads.reply(number, "a", index: 1)
        #expect(try await reading.value.value == "a")
        try await reads.waitUntilNothingIsUnderWay()
    }

    @Test func `A failure ends all reads`() async throws {
        let reading = begin()
        try await clock.waitForSleepers(1)
        clock.advance(by: .seconds(2))
        try await reads.waitForQuestions(2)
        reads.fail(0, .timedOut)
        await #expect(throws: ConsulHTTPError.self) { try await reading.value }
        try await reads.waitUntilNothingIsUnderWay()
    }

    @Test func `At most five reads are under way`() async throws {
        let reading = begin()
        for _ in 0..<5 {
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(2))
        }
        try await reads.waitForQuestions(5)
        reads.reply(4, "a", index: 1)
        #expect(try await reading.value.value == "a")
        #expect(reads.questions.count == 5)
    }
}
