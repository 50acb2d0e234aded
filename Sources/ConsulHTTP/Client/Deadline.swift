// SPDX-License-Identifier: Apache-2.0

/// The end of the time that a request may take.
struct Deadline: Sendable {
    private let instant: ContinuousClock.Instant

    init(in duration: Duration) {
        // A year is as good as for ever, and no sum overflows.
        instant = .now + min(max(duration, .zero), .seconds(365 * 86_400))
    }

    /// The time left; negative when it is over.
    var remaining: Duration { ContinuousClock.now.duration(to: instant) }

    /// It is over.
    struct Passed: Error {}

    /// Runs the body, and cancels it when the time is over.
    ///
    /// - Throws: What the body throws, or ``Passed`` as soon as the body has heeded its cancellation.
    func limit<Output: Sendable>(_ body: @escaping @Sendable () async throws -> Output) async throws -> Output {
        try await withThrowingTaskGroup(of: Output?.self) { group in
            group.addTask { try await body() }
            group.addTask { [instant] in
                try await Task.sleep(until: instant, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            guard let output = try await group.next() ?? nil else { throw Passed() }
            return output
        }
    }
}
