// SPDX-License-Identifier: Apache-2.0

/// What tells the time and waits for it, so that a test can move it.
struct TimeSource: Sendable {
    var now: @Sendable () -> ContinuousClock.Instant
    var sleep: @Sendable (_ until: ContinuousClock.Instant) async throws -> Void

    /// The system's own.
    static let continuous = TimeSource(
        now: { .now },
        sleep: { try await Task.sleep(until: $0, clock: .continuous) }
    )
}
