// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("Waiting with a deadline")
struct WaitingTests {
    @Test("hands on what the operation returns, or throws")
    func outcome() async throws {
        struct Failure: Error {}
        #expect(try await withDeadline(.seconds(10)) { 42 } == 42)
        await #expect(throws: Failure.self) { try await withDeadline(.seconds(10)) { throw Failure() } }
    }

    @Test("says what was awaited and where, and does not hang on an operation that ignores cancellation")
    func deafOperation() async throws {
        let release = WatchedValue(false)
        let error = await #expect(throws: DeadlineExceeded.self) {
            try await withDeadline(.milliseconds(10), "the moon") {
                await Task { _ = try? await release.wait { $0 } }.value
            }
        }
        #expect(error?.description.contains("the moon") == true)
        #expect(error?.fileID == #fileID)
        release.update { $0 = true }
    }

    @Test("ends the operation when the waiting task is cancelled")
    func cancellation() async throws {
        let events = WatchedValue<[String]>([])
        let waiting = Task {
            try await withDeadline(.seconds(60)) {
                events.update { $0.append("started") }
                do {
                    try await Task.sleep(for: .seconds(60))
                } catch {
                    events.update { $0.append("cancelled") }
                }
            }
        }
        try await events.wait("the start", within: .seconds(10)) { $0 == ["started"] }
        waiting.cancel()
        try await events.wait("the cancellation", within: .seconds(10)) { $0 == ["started", "cancelled"] }
        await #expect(throws: CancellationError.self) { try await waiting.value(within: .seconds(10)) }
    }

    @Test("resumes exactly the tasks whose condition a change meets")
    func conditions() async throws {
        let value = WatchedValue(0)
        let two = Task { try await value.wait { $0 >= 2 } }
        let five = Task { try await value.wait { $0 >= 5 } }
        value.update { $0 = 2 }
        #expect(try await two.value(within: .seconds(10)) == 2)
        value.update { $0 = 5 }
        #expect(try await five.value(within: .seconds(10)) == 5)
    }

    @Test("is over at once in a task that has been cancelled already")
    func lateWaiting() async throws {
        let gate = WatchedValue(false)
        let never = WatchedValue(false)
        let late = Task {
            await Task { _ = try? await gate.wait { $0 } }.value
            return try await never.wait { $0 }
        }
        late.cancel()
        gate.update { $0 = true }
        await #expect(throws: CancellationError.self) { try await late.value(within: .seconds(10)) }
    }

    @Test("costs nothing when the condition is met already")
    func satisfied() async throws {
        #expect(try await WatchedValue(1).wait { $0 == 1 } == 1)
    }
}
