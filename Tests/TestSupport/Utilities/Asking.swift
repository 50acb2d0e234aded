// SPDX-License-Identifier: Apache-2.0

/// Asks again and again until there is an answer, and throws ``DeadlineExceeded`` when the time is up.
///
/// For what happens in another program, which comes with no event to wait for. Where there is one, wait for that.
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
