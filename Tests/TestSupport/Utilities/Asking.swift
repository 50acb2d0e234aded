// SPDX-License-Identifier: Apache-2.0

/// Polls until the closure returns a value, and throws ``DeadlineExceeded`` when the time limit passes.
///
/// For events in another program, which sends no notification. Where there is an event to wait for, wait for that.
public func asking<Output: Sendable>(
    _ awaited: String,
    within limit: Duration,
    fileID: String = #fileID,
    line: UInt = #line,
    _ ask: @escaping @Sendable () async throws -> Output?
) async throws -> Output {
    try await withDeadline(limit, awaited, fileID: fileID, line: line) {
        while true {
            if let answer = try await ask() { return answer }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
