// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulCoordination

struct PublishTurnTests {
    private struct Failure: Error {}

    private let turn = PublishTurn()
    private let log = WatchedValue<[String]>([])

    /// Takes the turn, and keeps it until the log has the word.
    private func take(_ name: String, until word: String) -> Task<Void, any Error> {
        Task {
            try await turn.take { head in
                log.update { $0.append("\(name) begins with \(head?.index ?? 0)") }
                _ = try await log.wait { $0.contains(word) }
                head = TopicStore.KnownHead(index: (head?.index ?? 0) + 1)
            }
        }
    }

    /// Starts a task that has to wait for its turn.
    private func queue(_ name: String) async throws -> Task<Void, any Error> {
        let before = turn.waiterCount
        let task = take(name, until: "go")
        try await eventually("\(name) to wait") { turn.waiterCount == before + 1 }
        return task
    }

    @Test func `Publishers take turns in the order of their calls, and leave the head for the next one`() async throws {
        let first = take("first", until: "go")
        try await log.wait("the first turn", within: .seconds(20)) { $0.count == 1 }
        var tasks = [first]
        for name in ["second", "third", "fourth"] { tasks.append(try await queue(name)) }
        log.update { $0.append("go") }
        for task in tasks { try await task.value }
        let turns = log.current.filter { $0 != "go" }
        #expect(
            turns == ["first begins with 0", "second begins with 1", "third begins with 2", "fourth begins with 3"]
        )
    }

    @Test func `A canceled publisher leaves the line at once, and the others go on`() async throws {
        let first = take("first", until: "go")
        try await log.wait("the first turn", within: .seconds(20)) { $0.count == 1 }
        let (second, third) = (try await queue("second"), try await queue("third"))
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(turn.waiterCount == 1)
        log.update { $0.append("go") }
        try await first.value
        try await third.value
        #expect(log.current.filter { $0 != "go" } == ["first begins with 0", "third begins with 1"])
    }

    @Test func `A publisher that fails or is canceled in its turn passes it on`() async throws {
        await #expect(throws: Failure.self) { try await turn.take { _ in throw Failure() } }
        let canceled = take("canceled", until: "never")
        try await log.wait("the turn", within: .seconds(20)) { $0.count == 1 }
        let next = try await queue("next")
        log.update { $0.append("go") }
        canceled.cancel()
        await #expect(throws: CancellationError.self) { try await canceled.value }
        try await next.value
    }
}
