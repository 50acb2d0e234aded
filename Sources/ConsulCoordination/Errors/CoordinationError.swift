// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason that an operation of this module failed, where Consul's HTTP API itself did not fail
/// (``/ConsulHTTP/ConsulHTTPError``).
public struct CoordinationError: Error, MessageError, Sendable {
    /// Kinds of errors. More may be added.
    public struct Code: NamedValue {
        package let name: String

        init(_ name: String) { self.name = name }

        /// An argument that Consul would refuse, or that cannot work. No request was sent.
        public static let invalidArgument = Code("invalidArgument")
        /// The key holds a value of another program, or belongs to another kind of lock.
        public static let conflict = Code("conflict")
        /// The time to wait ended before the lock was acquired.
        public static let notAcquired = Code("notAcquired")
        /// The lock, the slot or the session was lost while it was held.
        public static let lost = Code("lost")
        /// The stored data is not in the format of this module.
        public static let corrupt = Code("corrupt")
        /// Consul refused a transaction, and applied no part of it.
        public static let refused = Code("refused")
        /// The value or the transaction is larger than Consul accepts. Consul has applied no part of it.
        public static let tooLarge = Code("tooLarge")
        /// Other programs changed the entry before each attempt to write it. No attempt was applied.
        public static let contended = Code("contended")
        /// The agent's version of Consul lacks the feature.
        public static let unsupported = Code("unsupported")
    }

    /// The reason that a lock was lost (``Code/lost``) or is waited for (``Code/notAcquired``). More may be added.
    public struct Reason: Hashable, Sendable, CustomStringConvertible {
        /// The reason in words, such as "its session is gone".
        public let description: String

        package init(_ description: String) { self.description = description }

        /// Consul no longer knows the session: it expired, a health check of it failed, or an operator destroyed it.
        public static let sessionGone = Reason("its session is gone")
        /// The lease on the session ended, because no renewal succeeded in time. The session may still exist.
        public static let leaseExpired = Reason("its session could not be renewed in time")
        /// The key was deleted.
        public static let keyDeleted = Reason("its key was deleted")
        /// Another session holds the key.
        public static let keyTaken = Reason("another session holds its key")
        /// No session holds the key, although the holder did not release it.
        public static let keyReleased = Reason("its key was released")
        /// Another session holds the lock, or all slots are taken.
        public static let held = Reason("it is held")
        /// The lock-delay of its last holder's session has not ended (``SessionOptions/lockDelay``).
        public static let lockDelay = Reason("the lock-delay of its last holder has not ended")
        /// Consul could not be asked.
        public static let unavailable = Reason("Consul cannot be asked")
    }

    /// The kind of error.
    public var code: Code

    /// A description for the user: what happened, and what to do.
    public var message: String

    /// The reason of a loss, or of a wait that ended without the lock; `nil` for other errors.
    public var reason: Reason?

    /// The underlying error, if there is one.
    public var underlying: (any Error)?

    /// Creates an error.
    package init(_ code: Code, _ message: String, reason: Reason? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.reason = reason
        self.underlying = underlying
    }
}
