// SPDX-License-Identifier: Apache-2.0

/// Waits for something that nobody announces, such as the end of a thread, by looking again and again.
public func eventually(
    _ awaited: String,
    within limit: Duration = .seconds(20),
    fileID: String = #fileID,
    line: UInt = #line,
    _ condition: @escaping @Sendable () -> Bool
) async throws {
    try await withDeadline(limit, awaited, fileID: fileID, line: line) {
        while !condition() { try await Task.sleep(for: .milliseconds(2)) }
    }
}
