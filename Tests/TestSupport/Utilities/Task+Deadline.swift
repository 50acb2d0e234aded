// SPDX-License-Identifier: Apache-2.0

extension Task where Success: Sendable, Failure == any Error {
    /// Returns the task's result, if it arrives in time. ``Task/value`` alone waits forever for a task that hangs:
    /// neither the cancellation of the waiting task nor a time limit on the test ends that.
    public func value(
        within limit: Duration,
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws -> Success {
        try await withDeadline(limit, "a task to finish", fileID: fileID, line: line) {
            try await self.value
        }
    }
}
