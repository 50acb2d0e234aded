// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct PermitsTests {
    @Test func `Never more run than there are permits`() async throws {
        let permits = Permits(3)
        let running = WatchedValue((now: 0, most: 0, done: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await permits.withPermit {
                        running.update { $0 = (now: $0.now + 1, most: max($0.most, $0.now + 1), done: $0.done) }
                        await Task.yield()
                        running.update { $0 = (now: $0.now - 1, most: $0.most, done: $0.done + 1) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.current.done == 100)
        #expect(running.current.most <= 3)
        #expect((0..<4).map { _ in permits.tryAcquire() } == [true, true, true, false])
    }

    @Test func `Who is cancelled while waiting leaves at once`() async throws {
        let permits = Permits(1)
        #expect(permits.tryAcquire())
        let waiting = Task { try await permits.withPermit {} }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value(within: .seconds(10)) }
        permits.release()
        #expect(permits.tryAcquire())
    }

    @Test func `Closing turns everybody away`() async throws {
        let permits = Permits(1)
        #expect(permits.tryAcquire())
        let waiting = Task { try await permits.withPermit {} }
        permits.close()
        let error = await #expect(throws: ConsulHTTPError.self) { try await waiting.value(within: .seconds(10)) }
        #expect(error?.code == .closed)
        permits.release()
        #expect(!permits.tryAcquire())
    }
}
