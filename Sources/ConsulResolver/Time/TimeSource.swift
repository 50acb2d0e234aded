// SPDX-License-Identifier: Apache-2.0

/// Where the time comes from, so that a test can move it. Instants are those of the continuous clock, which goes on while
/// the machine sleeps, as Consul's own clocks do.
struct TimeSource: Sendable {
    var now: @Sendable () -> ContinuousClock.Instant
    /// Returns early, throwing, when the task is cancelled.
    var sleep: @Sendable (_ until: ContinuousClock.Instant) async throws -> Void

    /// Time as it passes.
    static let continuous = TimeSource(
        now: { ContinuousClock.now },
        sleep: { try await Task.sleep(until: $0, clock: .continuous) }
    )
}
