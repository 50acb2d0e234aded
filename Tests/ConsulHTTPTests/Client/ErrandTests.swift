// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulHTTP

struct ErrandTests {
    private static let never = Deadline(in: .seconds(3600))

    /// Waits for the cancellation of its task.
    private static func idle() async throws -> Int {
        try await Task.sleep(for: .seconds(3600))
        return 0
    }

    @Test func `The caller receives the result or the error of the work`() async throws {
        let value = try await Errand<Int>().run(until: Self.never) { _ in 7 }
        #expect(value == 7)
        await #expect(throws: ConsulHTTPError.self) {
            try await Errand<Int>().run(until: Self.never) { _ in throw ConsulHTTPError.clientClosed }
        }
    }

    @Test func `Work that has sent no request is canceled at the deadline`() async throws {
        let ends = WatchedValue(0)
        let errand = Errand<Int>(onEnd: { ends.update { $0 += 1 } })
        await #expect(throws: Deadline.Passed.self) {
            try await errand.run(until: Deadline(in: .milliseconds(10))) { _ in try await Self.idle() }
        }
        try await ends.wait("the end of the work", within: .seconds(20)) { $0 == 1 }
    }

    @Test func `A request that waits for its answer is held up to the limit`() async throws {
        let ends = WatchedValue(0)
        let isCancelled = WatchedValue(false)
        let errand = Errand<Int>(holdLimit: .milliseconds(50), onEnd: { ends.update { $0 += 1 } })
        await #expect(throws: Deadline.Passed.self) {
            try await errand.run(until: Deadline(in: .milliseconds(10))) { errand in
                try errand.send()
                do { return try await Self.idle() } catch {
                    isCancelled.update { $0 = true }
                    throw error
                }
            }
        }
        try await isCancelled.wait("the limit", within: .seconds(20)) { $0 }
        try await ends.wait("the end of the work", within: .seconds(20)) { $0 == 1 }
    }

    @Test func `Work that does not begin because its caller is canceled also ends`() async throws {
        let ends = WatchedValue(0)
        let begun = WatchedValue(0)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await Errand<Int>(onEnd: { ends.update { $0 += 1 } }).run(until: Self.never) { _ in
                begun.update { $0 += 1 }
                return 7
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(10)) }
        #expect(ends.current == 1)
        #expect(begun.current == 0)
    }
}
