// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

extension ConsulHTTPClient {
    /// Acquires a lock, calls the body while it is held, and releases it.
    ///
    /// The lock is a key of Consul's key/value store that a session holds. `consul lock` and Consul's Go client exclude
    /// this lock, and it excludes them: `consul lock PREFIX` uses the key `PREFIX/.lock`.
    ///
    /// - **Loss.** The body is canceled as soon as there is evidence that the lock is lost, and before another program
    ///   can acquire it if Consul can no longer be asked: the session is renewed at a third of its lease, and the lease
    ///   ends on this process's own clock. Failed renewals and requests alone are no loss.
    /// - **Order.** The lock is released after the body has ended, whatever ends it, also if the caller is canceled. It
    ///   is never released while the body runs.
    /// - **Result.** The result of the body counts only if the lock was still held when the body returned.
    /// - **Waiting.** Tasks of this process that want the same key through the same client wait in order, and one of
    ///   them contends with other processes. After a holder's crash, Consul gives the key to no other session until the
    ///   lock-delay is over. Canceling the caller ends the wait at once, and leaves no session and no key.
    ///
    /// A lock is not reentrant: a body that waits for its own lock waits until it is canceled.
    ///
    /// ```swift
    /// try await consul.withLock("jobs/nightly", LockOptions(timeToLive: .seconds(15))) { lock in
    ///     let report = try await makeReport()
    ///     try await lock.commit([.set("reports/latest", report)])
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - key: The key, which must not exist or be free with the flags of a lock.
    ///   - options: The properties of the lock, and the time to wait.
    ///   - body: The work, in a task of its own.
    /// - Returns: The result of the body.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/notAcquired``, ``CoordinationError/Code/lost``,
    ///   ``CoordinationError/Code/conflict`` or ``CoordinationError/Code/invalidArgument``;
    ///   ``/ConsulHTTP/ConsulHTTPError``; the error of the body; `CancellationError`.
    @discardableResult
    public func withLock<Output: Sendable>(
        _ key: String,
        _ options: LockOptions,
        _ body: @escaping @Sendable (HeldLock) async throws -> Output
    ) async throws -> Output {
        try await Locking(self, [key], options).run { try await body($0[0]) }
    }

    /// Acquires several locks at once, calls the body while all of them are held, and releases them.
    ///
    /// One transaction acquires all of the keys or none, so programs that want overlapping sets do not block each other
    /// with a part of them. The loss of one lock counts as the loss of all. Otherwise as ``withLock(_:_:_:)``.
    ///
    /// - Parameters:
    ///   - keys: The keys, each once: 1 to 32 of them with Consul 1.8, up to 64 with later versions.
    ///   - options: The properties of the locks, and the time to wait.
    ///   - body: The work, in a task of its own, with the locks in the order of the keys.
    /// - Returns: The result of the body.
    /// - Throws: As ``withLock(_:_:_:)``.
    @discardableResult
    public func withLocks<Output: Sendable>(
        _ keys: [String],
        _ options: LockOptions,
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        try await Locking(self, keys, options).run(body)
    }
}

extension HeldSession {
    /// Acquires a lock with this session, calls the body while it is held, and releases it. The session goes on.
    ///
    /// As ``ConsulHTTP/ConsulHTTPClient/withLock(_:_:_:)`` otherwise. If Consul does not confirm the release, the key
    /// stays locked until the session ends.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - wait: The time to wait. Default ``LockOptions/Wait/forever``.
    ///   - value: The value that the key has while the lock is held, and keeps after that. Default empty.
    ///   - body: The work, in a task of its own.
    /// - Throws: As ``ConsulHTTP/ConsulHTTPClient/withLock(_:_:_:)``.
    @discardableResult
    public func withLock<Output: Sendable>(
        _ key: String,
        wait: LockOptions.Wait = .forever,
        value: [UInt8] = [],
        _ body: @escaping @Sendable (HeldLock) async throws -> Output
    ) async throws -> Output {
        let store = holding.session.store
        // Valid, because a session with these properties exists; the time to live has no effect here.
        var options = LockOptions(timeToLive: .seconds(10))
        (options.wait, options.value, options.datacenter) = (wait, value, store.datacenter)
        options.overrun = holding.overrun
        return try await Locking(store.client, [key], options).run(in: holding.session) { try await body($0[0]) }
    }
}
