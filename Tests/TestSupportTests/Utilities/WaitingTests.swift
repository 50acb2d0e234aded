// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct WaitingTests {
    @Test func `A deadline passes on the result or the error of the operation`() async throws {
        struct Failure: Error {}
        #expect(try await withDeadline(.seconds(10)) { 42 } == 42)
        await #expect(throws: Failure.self) { try await withDeadline(.seconds(10)) { throw Failure() } }
    }

    @Test
    func `A deadline reports what was awaited and where, even if the operation ignores cancellation`() async throws {
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

    @Test func `A deadline cancels the operation when the waiting task is canceled`() async throws {
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

    @Test func `A change of a watched value resumes exactly the tasks whose condition it meets`() async throws {
        let value = WatchedValue(0)
        let two = Task { try await value.wait { $0 >= 2 } }
        let five = Task { try await value.wait { $0 >= 5 } }
        value.update { $0 = 2 }
        #expect(try await two.value(within: .seconds(10)) == 2)
        value.update { $0 = 5 }
        #expect(try await five.value(within: .seconds(10)) == 5)
    }

    @Test func `Waiting for a watched value in a canceled task throws at once`() async throws {
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

    @Test func `Waiting for a watched value returns at once if the condition is already met`() async throws {
        #expect(try await WatchedValue(1).wait { $0 == 1 } == 1)
    }
}
