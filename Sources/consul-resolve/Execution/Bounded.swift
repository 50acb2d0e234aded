// SPDX-License-Identifier: Apache-2.0

/// Waits that end in any case.
enum Bounded {
    /// Waits for work that tidies up: until it is done, or the time is up. Then it goes on by itself, and ends with the
    /// process at the latest.
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
