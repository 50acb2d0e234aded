// SPDX-License-Identifier: Apache-2.0

/// The properties of a lock, and the time to wait for it.
public struct LockOptions: Sendable {
    /// The time to wait for a lock that another program or task holds. More kinds may be added.
    public struct Wait: Hashable, Sendable {
        let limit: Duration?
        let isSingleTry: Bool

        /// Waits until the lock is acquired or the task is canceled, also while Consul cannot be asked.
        public static let forever = Wait(limit: nil, isSingleTry: false)
        /// Does not wait: fails at once if the lock cannot be acquired now.
        public static let once = Wait(limit: nil, isSingleTry: true)
        /// Waits for at most this time; zero is ``once``.
        public static func atMost(_ limit: Duration) -> Wait {
            limit > .zero ? Wait(limit: limit, isSingleTry: false) : .once
        }
    }

    /// The order in which waiting programs acquire the lock. More kinds may be added.
    public struct Order: Hashable, Sendable {
        let isFair: Bool

        /// No order: a release wakes all waiters, and the fastest acquires the lock.
        public static let any = Order(isFair: false)
        /// The order in which they came, first in, first out. A release wakes one waiter.
        ///
        /// Waiters keep places under `KEY/.queue/`, so the token needs to read and write all keys under `KEY/`, and each
        /// acquisition costs at least two more requests. The tasks of one client take one place at a time. A waiter
        /// whose session ends loses its place, and comes last with the next session. Programs that wait with ``any``, and
        /// `consul lock`, have no places: they contend with the first one in the queue.
        public static let fair = Order(isFair: true)
    }

    /// The properties of the session that holds the lock. It is created for the lock, and destroyed with it.
    public var session: SessionOptions

    /// The time to wait. Default ``Wait/forever``.
    public var wait: Wait = .forever

    /// The order among waiting programs. Default ``Order/any``.
    public var order: Order = .any

    /// The value that the key has while the lock is held, and keeps after that. Default empty.
    public var value: [UInt8] = []

    /// The datacenter of the lock; `nil`, the default, for the client's or else the agent's own.
    ///
    /// A lock lives in one datacenter. In another one than the agent's, its session belongs to a server there and has no
    /// health checks (``SessionStore/create(_:)``), and each renewal crosses the network between the two.
    public var datacenter: String?

    /// The treatment of a body that ignores its cancellation.
    public var overrun = OverrunPolicy()

    /// Called when the lock has to be waited for, and each time when the reason changes: it is held, its last holder left
    /// a lock-delay, or Consul cannot be asked. It is called on any thread. Default `nil`.
    public var onWait: (@Sendable (CoordinationError.Reason) -> Void)?

    /// Creates the options of a lock with a session that ends when this machine fails (``SessionOptions/init(timeToLive:)``).
    ///
    /// - Parameter timeToLive: The time to live of the session, 10 seconds to 24 hours.
    public init(timeToLive: Duration) {
        self.init(session: SessionOptions(timeToLive: timeToLive))
    }

    /// Creates the options of a lock with a session of these properties.
    public init(session: SessionOptions) {
        self.session = session
    }
}
