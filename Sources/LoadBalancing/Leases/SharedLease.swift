// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A lease for code that works with callbacks: it can be captured by as many closures as need it.
///
/// Whoever reports first is believed, and nobody after that is heard. When the last reference is gone without a report, it
/// counts as ``Outcome/neutral``. It costs an allocation and a lock, which ``Lease`` does not.
///
/// `@unchecked`: the lease is only touched with the lock held.
public final class SharedLease: @unchecked Sendable {
    /// Where to connect to.
    public let endpoint: Endpoint

    /// What is special about it.
    public let flags: Lease.Flags

    private var lease: Lease?
    private let lock = NIOLock()

    /// Shares a lease.
    public init(_ lease: consuming Lease) {
        endpoint = lease.endpoint
        flags = lease.flags
        self.lease = consume lease
    }

    /// Ends the lease, if nobody has yet.
    ///
    /// - Returns: Whether nobody had.
    @discardableResult
    public func finish(_ outcome: Outcome) -> Bool {
        guard let lease = take() else { return false }
        lease.finish(outcome)
        return true
    }

    /// Says that the answer has begun; see ``Lease/markFirstByte()``.
    public func markFirstByte() {
        lock.lock()
        defer { lock.unlock() }
        lease?.markFirstByte()
    }

    /// Says that the time says nothing; see ``Lease/ignoreLatency()``.
    public func ignoreLatency() {
        lock.lock()
        defer { lock.unlock() }
        lease?.ignoreLatency()
    }

    private func take() -> Lease? {
        lock.lock()
        defer { lock.unlock() }
        return lease.take()
    }
}
