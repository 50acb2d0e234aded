// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

struct BoundedTaskTests {
    private struct Failure: Error {}

    private static let never = Deadline(in: .seconds(3600))

    /// Waits for the cancellation of its task.
    private static func idle() async throws -> Int {
        try await Task.sleep(for: .seconds(3600))
        return 0
    }

    @Test func `The caller receives the result or the error of the work`() async throws {
        let value = try await BoundedTask<Int>().run(until: Self.never) { _ in 7 }
        #expect(value == 7)
        await #expect(throws: Failure.self) {
            try await BoundedTask<Int>().run(until: Self.never) { _ in throw Failure() }
        }
    }

    @Test func `Work that is not held is canceled at the deadline`() async throws {
        let ends = WatchedValue(0)
        let task = BoundedTask<Int>(onEnd: { ends.update { $0 += 1 } })
        await #expect(throws: Deadline.Passed.self) {
            try await task.run(until: Deadline(in: .milliseconds(10))) { _ in try await Self.idle() }
        }
        try await ends.wait("the end of the work", within: .seconds(20)) { $0 == 1 }
    }

    @Test func `Held work continues after its caller has left, up to the limit`() async throws {
        let ends = WatchedValue(0)
        let isCanceled = WatchedValue(false)
        let task = BoundedTask<Int>(holdLimit: .milliseconds(50), onEnd: { ends.update { $0 += 1 } })
        await #expect(throws: Deadline.Passed.self) {
            try await task.run(until: Deadline(in: .milliseconds(10))) { task in
                try task.hold()
                do { return try await Self.idle() } catch {
                    isCanceled.update { $0 = true }
                    throw error
                }
            }
        }
        try await isCanceled.wait("the limit", within: .seconds(20)) { $0 }
        try await ends.wait("the end of the work", within: .seconds(20)) { $0 == 1 }
    }

    @Test func `Work that does not begin because its caller is canceled also ends`() async throws {
        let ends = WatchedValue(0)
        let begun = WatchedValue(0)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await BoundedTask<Int>(onEnd: { ends.update { $0 += 1 } }).run(until: Self.never) { _ in
                begun.update { $0 += 1 }
                return 7
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(10)) }
        #expect(ends.current == 1)
        #expect(begun.current == 0)
    }

    @Test func `Held work continues after its caller has left, and ends with the hold`() async throws {
        let (isHeld, isOpen, isEnding) = (WatchedValue(false), WatchedValue(false), WatchedValue(false))
        let caller = Task {
            try await BoundedTask<Void>().run(until: Self.never) { task in
                try task.hold()
                isHeld.update { $0 = true }
                try await isOpen.wait("the test", within: .seconds(20)) { $0 }
                do { try task.release() } catch { isEnding.update { $0 = true } }
            }
        }
        try await isHeld.wait("the hold", within: .seconds(20)) { $0 }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value(within: .seconds(10)) }
        isOpen.update { $0 = true }
        try await isEnding.wait("the end of the hold", within: .seconds(20)) { $0 }
    }

    @Test func `A bounded wait returns whether the work has ended`() async throws {
        #expect(await BoundedTask.wait(atMost: .seconds(3600)) {})
        let isOpen = WatchedValue(false)
        let hasEnded = await BoundedTask.wait(atMost: .milliseconds(100)) {
            _ = try? await isOpen.wait("the test", within: .seconds(60)) { $0 }
        }
        #expect(!hasEnded)
        isOpen.update { $0 = true }
    }

    @Test func `A bounded wait and its work continue in a task that is canceled`() async throws {
        let hasEnded = try await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await BoundedTask.wait(atMost: .seconds(3600)) { await Task.yield() }
        }.value(within: .seconds(60))
        #expect(hasEnded)
    }

    #if canImport(Glibc)
    @Test func `Work without a deadline leaves no memory when it has ended`() async {
        await #expect(processExitsWith: .success) {
            // Long enough for a timer to begin: one that is canceled before leaves nothing.
            func work() async throws {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<1000 {
                        group.addTask {
                            try await BoundedTask<Int>().run(until: nil) { _ in
                                try await Task.sleep(for: .milliseconds(50))
                                return 7
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            try await work()
            let before = try #require(HeapUse.bytes)
            try await work()
            // A timer for each would take five times that.
            #expect(try #require(HeapUse.bytes) - before < 200_000)
        }
    }
    #endif
}
