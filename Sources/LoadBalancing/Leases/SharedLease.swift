// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A lease for code that works with callbacks: it can be captured by as many closures as need it.
///
/// The first report counts, and later ones are ignored. When the last reference is gone without a report, the lease
/// counts as ``Outcome/neutral``. It costs an allocation and a lock, which ``Lease`` does not.
///
/// `@unchecked`: the lease is only touched with the lock held.
public final class SharedLease: @unchecked Sendable {
    /// The endpoint to connect to.
    public let endpoint: Endpoint

    /// Special properties of the lease.
    package let flags: Lease.Flags

    private var lease: Lease?
    private let lock = NIOLock()

    /// Shares a lease.
    public init(_ lease: consuming Lease) {
        endpoint = lease.endpoint
        flags = lease.flags
        self.lease = consume lease
    }

    /// Ends the lease, unless it has ended already.
    ///
    /// - Returns: True if this call has ended it.
    @discardableResult
    public func finish(_ outcome: Outcome) -> Bool {
        guard let lease = take() else { return false }
        lease.finish(outcome)
        return true
    }

    /// Marks the beginning of the answer; see ``Lease/markFirstByte()``.
    public func markFirstByte() {
        lock.lock()
        defer { lock.unlock() }
        lease?.markFirstByte()
    }

    /// Excludes the lease's duration from the latency; see ``Lease/ignoreLatency()``.
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
