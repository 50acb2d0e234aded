// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

/// Plain reads beside a question that waits.
struct WatchCheckTests {
    @Test func `A check tells what wakes no question, and the question goes on waiting`() async throws {
        try await withWatchBench { bench in
            let checks = ScriptedReads()
            let reader = WatchReader(bench.watch(checks: checks))
            bench.reads.reply(0, "a", index: 7)
            try await bench.reads.waitForQuestions(2)
            try await bench.pass(.seconds(3))
            checks.reply(0, "a", index: 7, leader: .lost)
            #expect(try await reader.waitForUpdates(2).answer?.metadata.leader == .lost)
            try await bench.pass(.seconds(3))
            checks.reply(1, "a", index: 7, leader: .known)
            #expect(try await reader.waitForUpdates(3).answer?.metadata.leader == .known)
            bench.reads.reply(1, "b", index: 8)
            #expect(try await reader.waitForUpdates(4).value == "b")
            #expect(bench.reads.indexes.prefix(3) == [nil, 7, 8])
        }
    }

    @Test func `Two checks in a row that show another content take the place of the question's answer`() async throws {
        try await withWatchBench { bench in
            let checks = ScriptedReads()
            let reader = WatchReader(bench.watch(checks: checks))
            bench.reads.reply(0, "a", index: 7)
            try await bench.reads.waitForQuestions(2)
            try await bench.pass(.seconds(3))
            checks.reply(0, "", index: 9)
            try await bench.pass(.milliseconds(500))
            #expect(reader.updates.map(\.value) == ["a"])
            checks.reply(1, "", index: 9)
            #expect(try await reader.waitForUpdates(2).value == "")
            try await bench.reads.waitForQuestions(3)
            #expect(bench.reads.indexes == [nil, 7, 9])
            #expect(bench.reads.underWay == 1)
        }
    }

    @Test func `A change that a check sees first is told by the question all the same`() async throws {
        try await withWatchBench { bench in
            let checks = ScriptedReads()
            let reader = WatchReader(bench.watch(checks: checks))
            bench.reads.reply(0, "a", index: 7)
            try await bench.reads.waitForQuestions(2)
            try await bench.pass(.seconds(3))
            checks.reply(0, "b", index: 8)
            try await bench.clock.waitForSleepers(1)
            bench.reads.reply(1, "b", index: 8)
            #expect(try await reader.waitForUpdates(2).value == "b")
            try await bench.reads.waitForQuestions(3)
            #expect(bench.reads.indexes == [nil, 7, 8])
        }
    }

    @Test func `A check that fails interrupts the watch until one succeeds`() async throws {
        try await withWatchBench { bench in
            let checks = ScriptedReads()
            let reader = WatchReader(bench.watch(checks: checks))
            bench.reads.reply(0, "a", index: 7)
            try await bench.reads.waitForQuestions(2)
            try await bench.pass(.seconds(3))
            checks.fail(0, .denied, status: 403)
            let interrupted = try await reader.waitForUpdates(2)
            #expect(interrupted.interruption?.code == .denied && interrupted.value == "a")
            try await bench.pass(.seconds(3))
            checks.reply(1, "a", index: 7)
            #expect(try await reader.waitForUpdates(3).interruption == nil)
            #expect(bench.reads.indexes == [nil, 7])
        }
    }

    @Test(arguments: [.transport, .timedOut, .tooManyConnections] as [ConsulHTTPError.Code])
    func `A check that gets no answer interrupts nothing while the question waits`(
        code: ConsulHTTPError.Code
    ) async throws {
        try await withWatchBench { bench in
            let checks = ScriptedReads()
            let reader = WatchReader(bench.watch(checks: checks))
            bench.reads.reply(0, "a", index: 7)
            try await bench.reads.waitForQuestions(2)
            try await bench.pass(.seconds(3))
            checks.fail(0, code, status: code == .tooManyConnections ? 429 : nil)
            try await bench.pass(.seconds(3))
            checks.reply(1, "a", index: 7, leader: .lost)
            try await reader.waitForUpdates(2)
            #expect(reader.updates.allSatisfy { $0.interruption == nil })
        }
    }

    @Test func `A question that is left to run out is not checked, and one that finds a new reader is`() async throws {
        try await withWatchBench { bench in
            let checks = ScriptedReads()
            let watch = bench.watch(checks: checks)
            bench.reads.reply(0, "a", index: 7)
            let reader = WatchReader(watch)
            try await bench.reads.waitForQuestions(2)
            try await reader.cancel()
            for _ in 0..<5 { try await bench.pass(.seconds(3)) }
            try await bench.clock.waitForSleepers(1)
            #expect(checks.questions.isEmpty)
            let next = WatchReader(watch)
            try await next.waitForUpdates(1)
            try await bench.pass(.seconds(3))
            try await checks.waitForQuestions(1)
            checks.reply(0, "a", index: 7)
        }
    }

    @Test func `Two checks run at a time, however many watches an agent lets hang`() async throws {
        try await withWatchBench { bench in
            let checks = ScriptedReads()
            var readers: [WatchReader<String>] = []
            for number in 0..<5 {
                readers.append(WatchReader(bench.watch("\(number)", checks: checks)))
                bench.reads.reply(2 * number, "a", index: 7)
                try await bench.reads.waitForQuestions(2 * number + 2)
            }
            try await bench.pass(.seconds(3), sleepers: 5)
            try await checks.waitForQuestions(2)
            #expect(checks.underWay == 2)
            // The next one begins when one of them ends.
            checks.reply(0, "a", index: 7)
            try await checks.waitForQuestions(3)
            #expect(checks.underWay <= 2)
            for number in 1..<20 { checks.reply(number, "a", index: 7) }
            try await checks.waitForQuestions(5)
            for reader in readers { try await reader.cancel() }
        }
    }
}
