// SPDX-License-Identifier: Apache-2.0

/// The clock for decisions about what is cached, held and tried again. Deadlines of network operations use the system's
/// clock instead (``Deadline``): a test cannot make a packet wait.
package struct TimeSource: Sendable {
    /// Returns the time, which never runs backwards.
    package var now: @Sendable () -> Moment

    /// Returns at the given time, or throws `CancellationError`.
    package var sleep: @Sendable (_ until: Moment) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Moment,
        sleep: @escaping @Sendable (_ until: Moment) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's monotonic clock.
    package static let continuous = TimeSource(
        now: { .now },
        sleep: { try await Task.sleep(for: Moment.now.duration(to: $0).bounded, clock: .continuous) }
    )
}
