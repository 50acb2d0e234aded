// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct WatchSharingTests {
    @Test func `Watches of the same data share one query, and all receive its answer`() async throws {
        try await withWatchBench { bench in
            let readers = (0..<3).map { _ in WatchReader(bench.watch()) }
            bench.reads.reply(0, "a", index: 7)
            for reader in readers { #expect(try await reader.waitForUpdates(1).value == "a") }
            try await bench.reads.waitForQuestions(2)
            bench.reads.reply(1, "b", index: 8)
            for reader in readers { #expect(try await reader.waitForUpdates(2).value == "b") }
            try await bench.reads.waitForQuestions(3)
            #expect(bench.reads.indexes == [nil, 7, 8])
            #expect(bench.hub.loopCount == 1)
        }
    }

    @Test func `A watch sends no query before it is iterated`() async throws {
        try await withWatchBench { bench in
            let watch = bench.watch()
            #expect(bench.hub.loopCount == 0)
            let reader = WatchReader(watch)
            try await bench.reads.waitForQuestions(1)
            try await reader.cancel()
            bench.reads.reply(0, "a", index: 7)
        }
    }

    @Test func `A later subscriber receives the latest update at once, without another query`() async throws {
        try await withWatchBench { bench in
            let watch = bench.watch()
            bench.reads.reply(0, "a", index: 7)
            try await WatchReader(watch).waitForUpdates(1)
            try await bench.reads.waitForQuestions(2)
            #expect(try await WatchReader(watch).waitForUpdates(1).value == "a")
            #expect(bench.reads.questions.count == 2)
        }
    }

    @Test func `Watches with another query or another type of answer have a loop of their own`() async throws {
        try await withWatchBench { bench in
            let names = WatchReader(bench.watch())
            let others = WatchReader(bench.watch("api"))
            let number = bench.hub.watch("web") { _ in ConsulAnswer(1, metadata: QueryMetadata()) }
            #expect(try await WatchReader(number).waitForUpdates(1).value == 1)
            try await bench.reads.waitForQuestions(2)
            for number in 0..<2 { bench.reads.reply(number, "a", index: 7) }
            try await names.waitForUpdates(1)
            try await others.waitForUpdates(1)
            #expect(bench.hub.loopCount == 3)
        }
    }

    @Test func `Unchanged content is reported once, whatever the index does`() async throws {
        try await withWatchBench { bench in
            let reader = WatchReader(bench.watch())
            bench.reads.reply(0, "a", index: 7)
            try await reader.waitForUpdates(1)
            bench.reads.reply(1, "a", index: 8)
            bench.reads.reply(2, "a", index: 9)
            bench.reads.reply(3, "b", index: 10)
            try await reader.waitForUpdates(2)
            #expect(reader.updates.map(\.value) == ["a", "b"])
            try await bench.reads.waitForQuestions(5)
            #expect(bench.reads.indexes == [nil, 7, 8, 9, 10])
        }
    }

    @Test func `A slow subscriber receives the latest update only, and delays no other`() async throws {
        try await withWatchBench { bench in
            let watch = bench.watch()
            let slow = watch.makeAsyncIterator()
            let fast = WatchReader(watch)
            for number in 0..<4 {
                bench.reads.reply(number, "\(number)", index: UInt64(number + 1))
                try await fast.waitForUpdates(number + 1)
            }
            let seen = try await Task {
                var slow = slow
                return try await slow.next()?.value
            }.value(within: .seconds(20))
            #expect(seen == "3")
        }
    }
}
