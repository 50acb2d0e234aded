// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

struct TimeSourceTests {
    @Test(arguments: [Duration.milliseconds(1), .milliseconds(20), .seconds(1)])
    func `A sleep in parts ends at its time, and not before`(part: Duration) async throws {
        let end = Moment.now + .milliseconds(50)
        try await withDeadline(.seconds(20)) { try await TimeSource.sleep(until: end, inPartsOf: part) }
        #expect(Moment.now >= end)
    }

    @Test func `A sleep until a moment that has passed ends at once`() async throws {
        try await withDeadline(.seconds(20)) { try await TimeSource.sleep(until: Moment(nanoseconds: 0)) }
    }

    @Test func `A canceled sleep of many parts throws`() async throws {
        let task = Task { try await TimeSource.sleep(until: .now + .seconds(3600), inPartsOf: .milliseconds(1)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(20)) }
    }
}
