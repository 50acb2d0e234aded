// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct PermitsTests {
    private static let lane = Lane(purpose: .request)

    /// Returns the number of free permits.
    private func free(_ permits: Permits) async throws -> Int {
        var count = 0
        while (try? await permits.acquire(Self.lane, patience: .zero)) != nil { count += 1 }
        return count
    }

    @Test func `The number of concurrent callers never exceeds the number of permits`() async throws {
        let permits = Permits(.init(own: 3))
        let running = WatchedValue((now: 0, most: 0, done: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await permits.withPermit(in: Self.lane) {
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
        let count = try await free(permits)
        #expect(count == 3)
    }

    @Test func `A canceled waiter leaves at once`() async throws {
        let permits = Permits(.init(own: 1))
        let place = try await permits.acquire(Self.lane)
        let waiting = Task { try await permits.withPermit(in: Self.lane) {} }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value(within: .seconds(10)) }
        permits.release(place)
        let count = try await free(permits)
        #expect(count == 1)
    }

    @Test func `A wait without patience ends, however the timer and the queue meet`() async throws {
        let permits = Permits(.init(own: 1))
        let place = try await permits.acquire(Self.lane)
        let waits = Task { () async throws -> Bool in
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<2000 {
                    group.addTask { (try? await permits.acquire(Self.lane, patience: .zero)) == nil }
                }
                return await group.reduce(true) { $0 && $1 }
            }
        }
        #expect(try await waits.value(within: .seconds(60)))
        permits.release(place)
    }

    @Test func `A waiter's patience ends if its lane makes no progress, and not otherwise`() async throws {
        let permits = Permits(.init(own: 1))
        let place = try await permits.acquire(Self.lane)
        await #expect(throws: Permits.OutOfPatience.self) {
            try await permits.acquire(Self.lane, patience: .milliseconds(10))
        }
        // A long queue, in which the sum of all waits exceeds the patience of each waiter.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await permits.withPermit(in: Self.lane, patience: .seconds(2)) {
                        try await Task.sleep(for: .milliseconds(200))
                    }
                }
            }
            permits.release(place)
            try await group.waitForAll()
        }
    }

    @Test func `Closing the permits fails all waiters`() async throws {
        let permits = Permits(.init(own: 1))
        let place = try await permits.acquire(Self.lane)
        let waiting = Task { try await permits.withPermit(in: Self.lane) {} }
        permits.close()
        let error = await #expect(throws: ConsulHTTPError.self) { try await waiting.value(within: .seconds(10)) }
        #expect(error?.code == .closed)
        permits.release(place)
        await #expect(throws: ConsulHTTPError.self) { try await permits.acquire(Self.lane) }
    }
}
