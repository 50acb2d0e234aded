// SPDX-License-Identifier: Apache-2.0

/// Where the time comes from, so that a test can move it.
struct TimeSource: Sendable {
    /// The present moment.
    var now: @Sendable () -> ContinuousClock.Instant

    /// Waits until a moment has come; throws `CancellationError` as soon as the task is cancelled.
    var sleep: @Sendable (_ until: ContinuousClock.Instant) async throws -> Void

    /// The system's clock, which goes on while the machine sleeps.
    static let continuous = TimeSource(
        now: { .now },
        sleep: { try await Task.sleep(until: $0, clock: .continuous) }
    )
}
