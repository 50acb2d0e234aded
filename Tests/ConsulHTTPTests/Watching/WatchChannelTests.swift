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

    @Test func `A channel that had no subscribers accepts no new ones`() {
        #expect(channel.isWatched())
        #expect(channel.join())
        channel.leave()
        #expect(channel.isWatched())
        channel.leave()
        #expect(!channel.isWatched())
        #expect(!channel.join())
        #expect(!channel.isWatched())
    }

    @Test func `The latest update is delivered to subscribers that have not seen it`() async {
        channel.publish(update(1), isNews: true)
        channel.publish(update(2), isNews: true)
        #expect(await delivery(after: 0) == "2, version 2")
        #expect(await delivery(after: 1) == "2, version 2")
    }

    @Test func `An update that is not news wakes no subscriber, and is delivered to later ones`() async {
        channel.publish(update(1), isNews: true)
        channel.publish(update(2), isNews: false)
        #expect(await delivery(after: 0) == "2, version 2")
    }

    @Test func `A subscriber to repetitions receives updates that are not news, marked as repetitions`() async {
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
        // A subscriber that has missed the news receives it, although a repetition came after it.
        channel.publish(update(2), isNews: true)
        channel.publish(update(2), isNews: false)
        #expect(await next(after: 2) ?? (0, 0, true) == (2, 4, false))
    }

    @Test func `The last update is delivered before the end, and the first end counts`() async {
        channel.publish(update(1), isNews: true)
        channel.finish(throwing: ConsulHTTPError(.badRequest, "no"))
        channel.finish(throwing: nil)
        #expect(await delivery(after: 0) == "1, version 1")
        #expect(await delivery(after: 1) == "end: no")
        #expect(await delivery(after: 1) == "end: no")
    }
}
