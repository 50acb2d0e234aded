// SPDX-License-Identifier: Apache-2.0

/// Waits with a time limit.
enum Bounded {
    /// Waits for cleanup work until it is done or the time is up. Work that is not done then goes on in the background,
    /// and ends with the process at the latest.
    static func wait(
        atMost limit: Duration = .seconds(2),
        for work: @escaping @Sendable () async -> Void
    ) async {
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
        let working = Task {
            await work()
            continuation.finish()
        }
        let timing = Task {
            try? await Task.sleep(for: limit)
            continuation.finish()
        }
        for await _ in ends {}
        timing.cancel()
        working.cancel()
    }
}
