// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

extension KeyValueStore {
    /// Changes a value: reads it, applies a closure, and writes the result if the entry has not changed in the
    /// meantime; otherwise the closure is applied to the new value. No change of another program is lost.
    ///
    /// The entry keeps its flags, and its session and lock index if it is held as a lock.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - coder: The conversion between the value and its bytes.
    ///   - attempts: The maximum number of times that the closure is applied, at least 1. Between two of them, a random
    ///     time of up to 250 ms passes. Default 16.
    ///   - isolation: The actor that the closure runs on; by default the caller's.
    ///   - change: Changes the value, which is `nil` if the key does not exist; setting it to `nil` deletes the entry.
    ///     It may be called several times, and its last call counts.
    /// - Returns: The result of the closure.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/contended`` if each attempt met a change of
    ///   another program, and with ``CoordinationError/Code/conflict`` if the closure deletes an entry that a session
    ///   holds; otherwise as ``set(_:_:flags:)``, and the errors of the coder and of the closure. `CancellationError`
    ///   as soon as the task is canceled; a write that was under way then may have been applied.
    @discardableResult
    public func update<Value, Output>(
        _ key: String,
        as coder: ValueCoder<Value>,
        attempts: Int = 16,
        isolation: isolated (any Actor)? = #isolation,
        _ change: (inout Value?) async throws -> Output
    ) async throws -> Output {
        var backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(250), jitter: .full)
        var cause: ConsulHTTPError?
        for attempt in 1...max(attempts, 1) {
            if attempt > 1 { try await Task.sleep(for: backoff.next(chance: .random(in: 0...1))) }
            let entry = try await entry(key).value
            var value = try entry.map { try coder.decode($0.value) }
            let output = try await change(&value)
            do {
                let bytes = try value.map { try coder.encode($0) }
                if try await replace(entry, of: key, by: bytes) { return output }
                cause = nil
            } catch let error as ConsulHTTPError where error.isRetryable {
                // The write was certainly not applied.
                cause = error
            }
        }
        throw cause
            ?? CoordinationError(
                .contended,
                "\"\(key)\" was changed by other programs during each of \(max(attempts, 1)) attempts to update it"
            )
    }

    /// Replaces the value of an entry that was read before.
    ///
    /// - Returns: False if the entry has changed since.
    private func replace(_ entry: KeyValueEntry?, of key: String, by value: [UInt8]?) async throws -> Bool {
        guard let value else {
            guard let entry else { return true }
            guard entry.session == nil else {
                throw CoordinationError(
                    .conflict,
                    "\"\(key)\" is held by session \(entry.session ?? ""): its deletion would end the lock at once"
                )
            }
            return try await delete(key, ifUnchangedSince: entry.modifyIndex)
        }
        guard let entry else { return try await set(key, value, ifUnchangedSince: 0) }
        if value == entry.value { return true }
        guard let session = entry.session else {
            return try await set(key, value, flags: entry.flags, ifUnchangedSince: entry.modifyIndex)
        }
        try Self.checkSize(of: value, key)
        do {
            // A plain write would keep the session, and set the lock index to 0. A lock by the same session keeps both.
            try await commit([
                .check(key, isUnchangedSince: entry.modifyIndex),
                .lock(key, value, flags: entry.flags, session: session),
            ])
            return true
        } catch let refusal as TransactionRefusal where refusal.failures.contains(where: { $0.position == 0 }) {
            return false
        }
    }
}
