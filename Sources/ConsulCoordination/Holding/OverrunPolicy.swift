// SPDX-License-Identifier: Apache-2.0

/// The treatment of a body that goes on after it was canceled because its lock was lost.
///
/// No library can stop code that ignores cancellation. Such a body is reported, once, and nothing is released under it:
/// the call returns only when the body has ended, and throws.
public struct OverrunPolicy: Sendable {
    /// The time between the cancellation and the report. Default 5 seconds.
    public var grace: Duration = .seconds(5)

    /// Called with the loss when the body still runs after ``grace``. A program that must not go on can end itself
    /// here. It is called on any thread, at most once. Default `nil`: the log of the client's logger at `critical` is the
    /// only report.
    public var report: (@Sendable (CoordinationError) -> Void)?

    /// Creates the default policy.
    public init() {}
}
