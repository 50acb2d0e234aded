// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct WatchLifetimeTests {
    @Test func `A subscriber that leaves does not affect the others`() async throws {
        try await withWatchBench { bench in
            let readers = (0..<3).map { _ in WatchReader(bench.watch()) }
            try await bench.reads.waitForQuestions(1)
            try await readers[0].cancel()
            bench.reads.reply(0, "a", index: 7)
            for reader in readers[1...] { try await reader.waitForUpdates(1) }
            try await readers[1].cancel()
            bench.reads.reply(1, "b", index: 8)
            #expect(try await readers[2].waitForUpdates(2).value == "b")
            #expect(readers[0].updates.isEmpty)
            #expect(try await readers[0].waitForEnd().isSuccess)
        }
    }

    @Test func `A query without subscribers runs to its end, and serves a subscriber that returns`() async throws {
        try await withWatchBench { bench in
            let watch = bench.watch()
            bench.reads.reply(0, "a", index: 7)
            for _ in 0..<10 {
                let reader = WatchReader(watch)
                #expect(try await reader.waitForUpdates(1).value == "a")
                try await bench.reads.waitForQuestions(2)
                try await reader.cancel()
            }
            #expect(bench.reads.questions.count == 2)
            #expect(bench.reads.underWay == 1)
            let reader = WatchReader(watch)
            bench.reads.reply(1, "b", index: 8)
            try await reader.waitForUpdate("the change") { $0.value == "b" }
        }
    }

    @Test func `A loop ends after its query if no subscriber has returned`() async throws {
        try await withWatchBench { bench in
            let watch = bench.watch()
            bench.reads.reply(0, "a", index: 7)
            let first = WatchReader(watch)
            try await bench.reads.waitForQuestions(2)
            try await first.cancel()
            bench.reads.reply(1, "b", index: 8)
            try await withDeadline(.seconds(20), "the end of the loop") {
                while bench.hub.loopCount > 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
            bench.reads.reply(2, "c", index: 9)
            #expect(try await WatchReader(watch).waitForUpdates(1).value == "c")
            #expect(bench.reads.indexes.prefix(3) == [nil, 7, nil])
        }
    }

    @Test func `Subscribers that leave and return do not shorten a backoff`() async throws {
        try await withWatchBench { bench in
            let watch = bench.watch()
            bench.reads.fail(0, .denied, isRetryable: false)
            for _ in 0..<10 {
                let reader = WatchReader(watch)
                #expect(try await reader.waitForUpdates(1).interruption?.code == .denied)
                try await reader.cancel()
            }
            #expect(bench.reads.questions.count == 1)
        }
    }

    @Test func `An iteration in a canceled task ends at once`() async throws {
        try await withWatchBench { bench in
            let watch = bench.watch()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                var iterator = watch.makeAsyncIterator()
                return try await iterator.next() == nil
            }
            let isOver = try await task.value(within: .seconds(20))
            #expect(isOver)
        }
    }

    @Test func `A shutdown ends every iteration, and later iterations throw the reason`() async throws {
        try await withWatchBench { bench in
            let readers = ["web", "api"].map { WatchReader(bench.watch($0)) }
            try await bench.reads.waitForQuestions(2)
            try await withDeadline(.seconds(20), "two shutdowns at once") {
                async let other: Void = bench.hub.shutdown()
                await bench.hub.shutdown()
                await other
            }
            for reader in readers { #expect(try await reader.waitForEnd().isSuccess) }
            #expect(bench.reads.underWay == 0)
            let end = try await WatchReader(bench.watch()).waitForEnd()
            #expect(end.failure?.code == .closed)
            #expect(bench.reads.questions.count == 2)
        }
    }

    @Test func `A rejected query throws once, and the next iteration sends it again`() async throws {
        try await withWatchBench { bench in
            let watch = bench.watch()
            bench.reads.fail(0, .badRequest, isRetryable: false)
            let ends = try await Task {
                var iterator = watch.makeAsyncIterator()
                while true {
                    do throws(ConsulHTTPError) {
                        if try await iterator.next() == nil { return [ConsulHTTPError.Code.closed] }
                    } catch {
                        return [error.code] + (try await iterator.next() == nil ? [] : [error.code])
                    }
                }
            }.value(within: .seconds(20))
            #expect(ends == [.badRequest])
            bench.reads.reply(1, "b", index: 8)
            #expect(try await WatchReader(watch).waitForUpdates(1).value == "b")
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `Many concurrent subscribers come and go, and no loop is left`(seed: UInt64) async throws {
        try await withWatchBench { bench in
            for number in 0..<5000 { bench.reads.reply(number, "\(number)", index: UInt64(number + 1)) }
            var random = SeededGenerator(seed: seed)
            let plans = (0..<200).map { _ in
                (question: Int.random(in: 0..<5, using: &random), updates: Int.random(in: 0..<3, using: &random))
            }
            let clock = Task {
                while !Task.isCancelled {
                    bench.clock.advance(by: .milliseconds(10))
                    try await Task.sleep(for: .microseconds(100))
                }
            }
            defer { clock.cancel() }
            try await withDeadline(.seconds(60), "everybody") {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for plan in plans {
                        group.addTask {
                            var left = plan.updates
                            for try await _ in bench.watch("\(plan.question)") {
                                left -= 1
                                if left <= 0 { break }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}
