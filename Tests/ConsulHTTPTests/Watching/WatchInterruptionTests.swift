// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP
@testable import ResolverSupport

struct WatchInterruptionTests {
    @Test func `An interrupted watch keeps the last answer and its time, and reports the reason`() async throws {
        try await withWatchBench { bench in
            let reader = WatchReader(bench.watch())
            bench.reads.reply(0, "a", index: 7)
            let first = try await reader.waitForUpdates(1)
            try await bench.reads.waitForQuestions(2)
            bench.clock.advance(by: .seconds(55))
            bench.reads.reply(1, "a", index: 7)
            try await bench.reads.waitForQuestions(3)
            bench.clock.advance(by: .seconds(5))
            bench.reads.fail(2, .noLeader)

            let interrupted = try await reader.waitForUpdates(2)
            #expect(interrupted.value == "a")
            #expect(interrupted.interruption?.code == .noLeader)
            // The second answer was not news, but it has confirmed the first.
            let (before, after) = (try #require(first.confirmed), try #require(interrupted.confirmed))
            #expect(before.duration(to: after) == .seconds(55))
        }
    }

    @Test func `The end of an interruption is reported, even if the content has not changed`() async throws {
        try await withWatchBench { bench in
            let reader = WatchReader(bench.watch())
            bench.reads.reply(0, "a", index: 7)
            try await reader.waitForUpdates(1)
            bench.reads.fail(1, .transport)
            try await reader.waitForUpdates(2)
            bench.reads.fail(2, .timedOut)
            bench.reads.reply(3, "a", index: 7)
            try await bench.pass(.milliseconds(50))
            try await bench.reads.waitForQuestions(3)
            try await bench.pass(.milliseconds(100))
            let last = try await reader.waitForUpdates(3)
            #expect(last.value == "a")
            #expect(last.interruption == nil)
            try await bench.reads.waitForQuestions(5)
            #expect(bench.reads.indexes == [nil, 7, nil, nil, 7])
            #expect(reader.updates.map { $0.interruption?.code } == [nil, .transport, nil])
        }
    }

    @Test func `An interruption before the first answer is reported`() async throws {
        try await withWatchBench { bench in
            let reader = WatchReader(bench.watch())
            bench.reads.fail(0, .transport)
            let first = try await reader.waitForUpdates(1)
            #expect(first.answer == nil && first.confirmed == nil)
            #expect(first.interruption?.code == .transport)
            bench.reads.reply(1, "a", index: 7)
            try await bench.pass(.milliseconds(50))
            #expect(try await reader.waitForUpdates(2).value == "a")
        }
    }

    @Test func `A rejected query that has been answered before interrupts a watch for a minute`() async throws {
        try await withWatchBench { bench in
            let reader = WatchReader(bench.watch())
            bench.reads.reply(0, "a", index: 7)
            try await reader.waitForUpdates(1)
            bench.reads.fail(1, .badRequest, status: 400, isRetryable: false)
            #expect(try await reader.waitForUpdates(2).interruption?.code == .badRequest)
            bench.reads.reply(2, "b", index: 8)
            try await bench.pass(.seconds(63))
            let last = try await reader.waitForUpdates(3)
            #expect(last.value == "b" && last.interruption == nil)
        }
    }

    @Test func `Unexpected errors of a query are transient failures`() async throws {
        struct Odd: Error {}
        try await withWatchBench { bench in
            let reader = WatchReader(bench.hub.watch("odd") { _ -> ConsulAnswer<Int> in throw Odd() })
            let update = try await reader.waitForUpdates(1)
            #expect(update.interruption?.code == .transport)
            #expect(update.interruption?.underlying is Odd)
        }
    }

    @Test func `An index that has gone back is never sent again`() async throws {
        try await withWatchBench { bench in
            let reader = WatchReader(bench.watch())
            bench.reads.reply(0, "a", index: 606)
            bench.reads.reply(1, "b", index: 576)
            bench.reads.reply(2, "b", index: 576)
            try await bench.reads.waitForQuestions(4)
            #expect(bench.reads.indexes == [nil, 606, nil, 576])
            try await reader.waitForUpdate("the content of that answer") { $0.value == "b" }
        }
    }

    @Test func `A watch without a permit sends queries that do not block, until a permit is free`() async throws {
        try await withWatchBench(maximumLongPolls: 1) { bench in
            bench.reads.reply(0, "a", index: 7)
            let holder = WatchReader(bench.watch("held"))
            try await bench.reads.waitForQuestions(2)
            bench.reads.reply(2, "b", index: 8)
            let starving = WatchReader(bench.watch("starving"))
            #expect(try await starving.waitForUpdates(1).value == "b")

            bench.reads.reply(3, "c", index: 9)
            try await bench.pass(.seconds(3))
            #expect(try await starving.waitForUpdates(2).value == "c")
            #expect(bench.reads.indexes == [nil, 7, nil, nil])

            // The holder leaves, and its query runs to its end.
            try await bench.clock.waitForSleepers(1)
            try await holder.cancel()
            bench.reads.reply(1, "a", index: 7)
            try await withDeadline(.seconds(20), "the end of a loop") {
                while bench.hub.loopCount > 1 { try await Task.sleep(for: .milliseconds(1)) }
            }
            try await bench.pass(.seconds(3))
            try await bench.reads.waitForQuestions(5)
            #expect(bench.reads.questions.last??.index == 9)
        }
    }

    @Test
    func `A blocking query with a lost connection keeps its permit until the agent has released it`() async throws {
        try await withWatchBench(maximumLongPolls: 1) { bench in
            let reader = WatchReader(bench.watch())
            bench.reads.reply(0, "a", index: 7)
            try await reader.waitForUpdates(1)
            bench.reads.fail(1, .transport)
            try await reader.waitForUpdates(2)
            bench.reads.reply(2, "a", index: 7)
            try await bench.pass(.milliseconds(50))
            try await reader.waitForUpdates(3)
            // The watch waits three seconds for a permit, and another three after each query, for most of a minute.
            for number in 3..<21 {
                bench.reads.reply(number, "a", index: 7)
                try await bench.pass(.seconds(3))
                try await bench.reads.waitForQuestions(number + 1)
            }
            #expect(bench.reads.questions[2...].allSatisfy { $0 == nil })
            try await bench.pass(.seconds(3))
            try await bench.reads.waitForQuestions(22)
            #expect(bench.reads.questions.last??.index == 7)
        }
    }
}
