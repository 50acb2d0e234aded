// SPDX-License-Identifier: Apache-2.0

/// The properties of a slot of a semaphore, and the time to wait for it.
public struct SemaphoreOptions: Sendable {
    /// The properties of the session that holds the slot. It is created for the slot, and destroyed with it. Its
    /// ``SessionOptions/behavior-swift.property`` is always ``SessionOptions/Behavior/delete``, as the Go client's.
    ///
    /// No lock-delay protects a slot: Consul delays only the session's own key, and others take over the slot as soon as
    /// the session has ended. So a session with health checks, which Consul may end at any moment, lets more programs than
    /// the limit work for a while, until the former holder knows. A session without them ends no earlier than its time to
    /// live after the last renewal, which its holder knows in time.
    public var session: SessionOptions

    /// The time to wait. Default ``LockOptions/Wait/forever``.
    public var wait: LockOptions.Wait = .forever

    /// The value of the session's own key, for people who look at the holders. Default empty.
    public var value: [UInt8] = []

    /// The datacenter of the semaphore; `nil`, the default, for the client's or else the agent's own
    /// (``LockOptions/datacenter``).
    public var datacenter: String?

    /// The treatment of a body that ignores its cancellation.
    public var overrun = OverrunPolicy()

    /// Called when a slot has to be waited for, and each time when the reason changes. It is called on any thread. Default
    /// `nil`.
    public var onWait: (@Sendable (CoordinationError.Reason) -> Void)?

    /// Creates the options of a slot with a session without health checks (``SessionOptions/withoutHealthChecks(timeToLive:)``).
    ///
    /// - Parameter timeToLive: The time to live of the session, 10 seconds to 24 hours.
    public init(timeToLive: Duration) {
        self.init(session: .withoutHealthChecks(timeToLive: timeToLive))
    }

    /// Creates the options of a slot with a session of these properties.
    public init(session: SessionOptions) {
        self.session = session
    }
}
