// SPDX-License-Identifier: Apache-2.0

package import ConsulCoordination
package import ResolverSupport

/// Consul's sessions, entries, transactions and lock-delays, as far as locks use them: a pure value in virtual time.
///
/// The rules are those of Consul 1.8.7 (`agent/consul/state/kvs.go`, `session.go`, `txn_endpoint.go`). A test compares them
/// with a real agent.
package struct SimulatedConsul {
    private struct Session {
        let options: SessionOptions
        /// The moment at which Consul ends the session unless it is renewed.
        var expiry: Moment
    }

    /// True if the lock-delay has no effect, for a run that has to find that.
    package var ignoresLockDelay = false

    private(set) var entries: [String: KeyValueEntry] = [:]
    private var sessions: [String: Session] = [:]
    private var delays: [String: Moment] = [:]
    /// The index of the last change of each key.
    private var changes: [String: UInt64] = [:]
    private var index: UInt64 = 10
    private var created = 0

    package init() {}
}

// MARK: - Sessions

extension SimulatedConsul {
    /// Creates a session.
    ///
    /// - Parameter patience: The factor on the time to live after which the session ends: Consul ends none before its time to
    ///   live, and may take twice as long.
    package mutating func createSession(_ options: SessionOptions, patience: Double, at now: Moment) -> String {
        index += 1
        created += 1
        let id = "session-\(created)"
        sessions[id] = Session(options: options, expiry: now + options.timeToLive * patience)
        return id
    }

    /// Renews a session.
    ///
    /// - Returns: Its time to live; `nil` if it does not exist.
    package mutating func renew(_ id: String, patience: Double, at now: Moment) -> Duration? {
        guard let timeToLive = sessions[id]?.options.timeToLive else { return nil }
        sessions[id]?.expiry = now + timeToLive * patience
        return timeToLive
    }

    /// The sessions that exist.
    package var sessionIDs: [String] { sessions.keys.sorted() }

    /// The end of the session that expires first.
    package var nextExpiry: Moment? { sessions.values.map(\.expiry).min() }

    /// Ends the sessions whose time is over.
    package mutating func expireSessions(at now: Moment) {
        for (id, session) in sessions.sorted(by: { $0.key < $1.key }) where session.expiry <= now { end(id, at: now) }
    }

    /// Counts the time of all sessions anew, as a new leader does.
    package mutating func restartTimers(at now: Moment) {
        for (id, session) in sessions { sessions[id]?.expiry = now + session.options.timeToLive }
    }

    /// Ends a session, whatever the reason, and releases or deletes its keys under their lock-delay.
    package mutating func end(_ id: String, at now: Moment) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        index += 1
        for (key, entry) in entries where entry.session == id {
            if session.options.behavior == .delete {
                entries[key] = nil
            } else {
                entries[key]?.session = nil
                entries[key]?.modifyIndex = index
            }
            changes[key] = index
            if session.options.lockDelay > .zero, !ignoresLockDelay { delays[key] = now + session.options.lockDelay }
        }
    }
}

// MARK: - Entries

extension SimulatedConsul {
    /// Returns an entry and the index of an answer with it.
    package func entry(_ key: String) -> (entry: KeyValueEntry?, index: UInt64) {
        let entry = entries[key]
        return (entry, entry?.modifyIndex ?? changes[key] ?? index)
    }

    /// Deletes an entry, whatever holds it.
    package mutating func delete(_ key: String) {
        guard entries.removeValue(forKey: key) != nil else { return }
        index += 1
        changes[key] = index
    }

    /// Applies a transaction: all operations or none.
    ///
    /// - Returns: The entries of the operations that return one.
    package mutating func commit(
        _ transaction: KeyValueTransaction,
        at now: Moment
    ) -> Result<[KeyValueEntry], TransactionRefusal> {
        // The leader checks lock-delays before the log, so such a refusal hides all others.
        let delayed = transaction.operations.enumerated().filter { _, operation in
            operation.verb == "lock" && delays[operation.key].map { $0 > now } ?? false
        }
        guard delayed.isEmpty else {
            return .failure(
                TransactionRefusal(
                    failures: delayed.map {
                        .init(position: $0.offset, reason: "failed to lock key \"\($0.element.key)\" due to lock delay")
                    }
                )
            )
        }
        var next = self
        next.index += 1
        var results: [KeyValueEntry] = []
        var failures: [TransactionRefusal.Failure] = []
        for (position, operation) in transaction.operations.enumerated() {
            switch next.apply(operation) {
            case .success(let entry): if let entry { results.append(entry) }
            case .failure(let refusal): failures.append(.init(position: position, reason: refusal.words))
            }
        }
        guard failures.isEmpty else { return .failure(TransactionRefusal(failures: failures)) }
        self = next
        return .success(results)
    }

    private struct Refusal: Error { let words: String }

    private mutating func apply(_ operation: KeyValueTransaction.Operation) -> Result<KeyValueEntry?, Refusal> {
        let key = operation.key
        let existing = entries[key]
        switch operation.verb {
        case "set":
            // A plain write keeps the session, and sets the lock index back.
            return .success(write(operation, session: existing?.session, lockIndex: 0))
        case "lock":
            guard let session = operation.session, sessions[session] != nil else {
                return .failure(Refusal(words: "invalid session \"\(operation.session ?? "")\""))
            }
            if let holder = existing?.session {
                guard holder == session else {
                    return .failure(Refusal(words: "failed to lock key \"\(key)\", lock is already held"))
                }
                return .success(write(operation, session: session, lockIndex: existing?.lockIndex ?? 0))
            }
            return .success(write(operation, session: session, lockIndex: (existing?.lockIndex ?? 0) + 1))
        case "unlock":
            guard let existing, existing.session == operation.session else {
                return .failure(
                    Refusal(
                        words: "failed to unlock key \"\(key)\", lock isn't held, or is held by another session"
                    )
                )
            }
            return .success(write(operation, session: nil, lockIndex: existing.lockIndex))
        case "delete":
            if entries.removeValue(forKey: key) != nil { changes[key] = index }
            return .success(nil)
        case "check-session":
            guard let existing else {
                return .failure(Refusal(words: "failed to check session, key \"\(key)\" doesn't exist"))
            }
            guard existing.session == operation.session else {
                return .failure(
                    Refusal(
                        words: "failed session check for key \"\(key)\", current session "
                            + "\"\(existing.session ?? "")\" != \"\(operation.session ?? "")\""
                    )
                )
            }
            return .success(existing)
        case "check-index":
            guard let existing else {
                return .failure(Refusal(words: "failed to check index, key \"\(key)\" doesn't exist"))
            }
            guard existing.modifyIndex == operation.index else {
                return .failure(
                    Refusal(
                        words: "failed index check for key \"\(key)\", current modify index "
                            + "\(existing.modifyIndex) != \(operation.index ?? 0)"
                    )
                )
            }
            return .success(existing)
        case "check-not-exists":
            return existing == nil ? .success(nil) : .failure(Refusal(words: "key \"\(key)\" exists"))
        default:
            return .failure(Refusal(words: "unknown operation \(operation.verb)"))
        }
    }

    private mutating func write(
        _ operation: KeyValueTransaction.Operation,
        session: String?,
        lockIndex: UInt64
    ) -> KeyValueEntry {
        var entry = KeyValueEntry(key: operation.key, value: operation.value ?? [], flags: operation.flags ?? 0)
        entry.session = session
        entry.lockIndex = lockIndex
        entry.createIndex = entries[operation.key]?.createIndex ?? index
        entry.modifyIndex = index
        entries[operation.key] = entry
        changes[operation.key] = index
        return entry
    }
}
