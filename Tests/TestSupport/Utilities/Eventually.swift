// SPDX-License-Identifier: Apache-2.0

/// Polls until the condition holds. For events without a notification, such as the end of a thread.
public func eventually(
    _ awaited: String,
    within limit: Duration = .seconds(20),
    fileID: String = #fileID,
    line: UInt = #line,
    _ condition: @escaping @Sendable () async throws -> Bool
) async throws {
    try await withDeadline(limit, awaited, fileID: fileID, line: line) {
        while try await !condition() { try await Task.sleep(for: .milliseconds(2)) }
    }
}
