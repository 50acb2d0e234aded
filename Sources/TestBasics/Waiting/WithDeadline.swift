// SPDX-License-Identifier: Apache-2.0

/// Runs an operation and throws ``DeadlineExceeded`` if it does not finish in time.
///
/// The operation is then canceled but not awaited. A test may be looking for an operation that ignores cancellation:
/// that must appear as a failure with a line number, not as a test run that hangs.
package func withDeadline<Output: Sendable>(
    _ limit: Duration,
    _ awaited: String = "the operation to finish",
    fileID: String = #fileID,
    line: UInt = #line,
    operation: @escaping @Sendable () async throws -> Output
) async throws -> Output {
    let outcome = WatchedValue<Result<Output, any Error>?>(nil)
    let work = Task {
        do {
            let output = try await operation()
            outcome.update { $0 = $0 ?? .success(output) }
        } catch {
            outcome.update { $0 = $0 ?? .failure(error) }
        }
    }
    let timer = Task {
        try await Task.sleep(for: limit)
        let error = DeadlineExceeded(awaited: awaited, limit: limit, fileID: fileID, line: line)
        outcome.update { $0 = $0 ?? .failure(error) }
    }
    defer {
        work.cancel()
        timer.cancel()
    }
    guard let result = try await outcome.wait(until: { $0 != nil }) else { throw CancellationError() }
    return try result.get()
}
