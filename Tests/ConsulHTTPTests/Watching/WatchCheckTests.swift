// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

/// Checks: non-blocking reads alongside a blocking query.
struct WatchCheckTests {
    @Test func `A check reports a change that ends no blocking query, and the query continues to wait`() async throws {
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
            try await bench.reads.waitForQuestions(3)
            #expect(bench.reads.indexes.prefix(3) == [nil, 7, 8])
        }
    }

    @Test func `Two checks in a row with other content replace the blocking query's answer`() async throws {
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

    @Test func `A change that one check has shown is still delivered by the blocking query`() async throws {
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

    @Test func `A failed check interrupts the watch until a check succeeds`() async throws {
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
    func `A check without an answer does not interrupt the watch while the query waits`(
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

    @Test func `Checks stop without subscribers, and continue with a new one`() async throws {
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

    @Test func `At most two checks run at a time, however many watches of an agent hang`() async throws {
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
            // The next check begins when one of them ends.
            checks.reply(0, "a", index: 7)
            try await checks.waitForQuestions(3)
            #expect(checks.underWay <= 2)
            for number in 1..<20 { checks.reply(number, "a", index: 7) }
            try await checks.waitForQuestions(5)
            for reader in readers { try await reader.cancel() }
        }
    }
}
