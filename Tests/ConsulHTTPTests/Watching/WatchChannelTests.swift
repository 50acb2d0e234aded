// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct WatchChannelTests {
    let channel = WatchChannel<Int>()

    private func delivery(after seen: UInt64) async -> String {
        switch await channel.next(after: seen) {
        case .update(let update, let version): "\(update.value ?? 0), version \(version)"
        case .end(let error): "end: \(error?.message ?? "wanted")"
        }
    }

    private func update(_ value: Int) -> WatchUpdate<Int> {
        var update = WatchUpdate<Int>()
        update.answer = ConsulAnswer(value, metadata: QueryMetadata())
        return update
    }

    @Test func `A loop that has found nobody takes nobody any more`() {
        #expect(channel.isWatched())
        #expect(channel.join())
        channel.leave()
        #expect(channel.isWatched())
        channel.leave()
        #expect(!channel.isWatched())
        #expect(!channel.join())
        #expect(!channel.isWatched())
    }

    @Test func `The latest update is handed to whoever has not seen it`() async {
        channel.publish(update(1), isNews: true)
        channel.publish(update(2), isNews: true)
        #expect(await delivery(after: 0) == "2, version 2")
        #expect(await delivery(after: 1) == "2, version 2")
    }

    @Test func `What is no news wakes nobody, and is there for who comes later`() async {
        channel.publish(update(1), isNews: true)
        channel.publish(update(2), isNews: false)
        #expect(await delivery(after: 0) == "2, version 2")
    }

    @Test func `A subscriber to repetitions is told what is no news, and that it is none`() async {
        func next(after seen: UInt64) async -> (value: Int?, version: UInt64, isRepetition: Bool)? {
            guard case .update(let update, let version) = await channel.next(after: seen, tellsRepetitions: true) else {
                return nil
            }
            return (update.value, version, update.isRepetition)
        }
        channel.publish(update(1), isNews: true)
        #expect(await next(after: 0) ?? (0, 0, true) == (1, 1, false))
        channel.publish(update(1), isNews: false)
        #expect(await next(after: 1) ?? (0, 0, false) == (1, 2, true))
        // A subscriber that has missed the news is told of it, although a repetition came after it.
        channel.publish(update(2), isNews: true)
        channel.publish(update(2), isNews: false)
        #expect(await next(after: 2) ?? (0, 0, true) == (2, 4, false))
    }

    @Test func `The last update comes before the end, and the first end counts`() async {
        channel.publish(update(1), isNews: true)
        channel.finish(throwing: ConsulHTTPError(.badRequest, "no"))
        channel.finish(throwing: nil)
        #expect(await delivery(after: 0) == "1, version 1")
        #expect(await delivery(after: 1) == "end: no")
        #expect(await delivery(after: 1) == "end: no")
    }
}
