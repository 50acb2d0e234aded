// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides how a session acquires a slot of a semaphore.
///
/// A pure value: it sends no request, reads no clock and draws no random numbers.
///
/// The prefix is read. If a slot is free, one transaction acquires the session's key `PREFIX/SESSION` and adds the session
/// to the record, under the condition that the record has not changed since. Holders whose keys are gone are removed by
/// the same write only: a removal of its own would wake every waiter, and gain none of them a slot. A session that waits
/// has no key, so that it wakes no other waiter, and leaves none behind.
struct SemaphoreAcquisition: Acquisition {
    typealias State = [KeyValueEntry]
    typealias Action = AcquisitionAction<Problem>

    /// A reason in the stored data for which no slot can be acquired.
    enum Problem: Hashable, Sendable {
        /// The key of the record has other flags.
        case foreign(String)
        /// The value of this key is no record.
        case corrupt(String)
        /// The semaphore has another limit than the caller says.
        case limit(stored: Int, wanted: Int, prefix: String)
    }

    /// The pause after a refusal that does not tell what changed.
    static let unknownRefusalPause = Duration.seconds(1)

    private let prefix: String
    private let limit: Int
    private let value: [UInt8]
    private let session: String
    /// The record without dead holders, and the index of its entry; `nil` before it is read.
    private var known: (record: SemaphoreRecord, index: UInt64)?
    /// The number of transactions in a row that were refused because the record had changed since it was read.
    private var races = 0
    private var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(5), jitter: .half)

    private(set) var failures = 0
    private(set) var reason: CoordinationError.Reason?
    private(set) var mayHold = false

    /// - Parameters:
    ///   - prefix: The prefix, without its last slash.
    ///   - value: The value of the session's key.
    init(_ prefix: String, limit: Int, value: [UInt8], session: String) {
        (self.prefix, self.limit, self.value, self.session) = (prefix, limit, value, session)
    }

    private var recordKey: String { SemaphoreRecord.key(of: prefix) }
    private var contenderKey: String { SemaphoreRecord.contenderKey(of: session, under: prefix) }

    /// The prefix of all keys of the semaphore.
    private var folder: String { "\(prefix)/" }
}

// MARK: - Events

extension SemaphoreAcquisition {
    mutating func resumed() -> Action {
        guard let (record, index) = known else { return .read(folder) }
        var next = record
        next.holders.insert(session)
        mayHold = true
        return .acquire(
            KeyValueTransaction([
                .lock(contenderKey, value, flags: SemaphoreRecord.flags, session: session),
                .set(recordKey, next.stored, flags: SemaphoreRecord.flags, ifUnchangedSince: index),
            ])
        )
    }

    mutating func observed(_ entries: [KeyValueEntry], at _: String) -> Action {
        answered()
        known = nil
        var record = SemaphoreRecord(limit: limit)
        let entry = entries.first { $0.key == recordKey }
        if let entry {
            guard entry.flags == SemaphoreRecord.flags else { return .conflict(.foreign(recordKey)) }
            // The Go client takes a record without a value for an empty one.
            if !entry.value.isEmpty {
                guard let stored = try? SemaphoreRecord(entry) else { return .conflict(.corrupt(recordKey)) }
                guard stored.limit == limit else {
                    return .conflict(.limit(stored: stored.limit, wanted: limit, prefix: prefix))
                }
                record = stored.pruned(by: entries)
            }
        }
        // After a lost answer. The session's key was written by the same transaction as the record.
        if record.holders.contains(session),
            let contender = entries.first(where: { $0.key == contenderKey && $0.session == session })
        {
            return .hold([prefix: contender.modifyIndex])
        }
        guard record.holders.count < limit else {
            reason = .held
            return .watch(folder)
        }
        known = (record, entry?.modifyIndex ?? 0)
        return resumed()
    }

    mutating func acquired(_ entries: [KeyValueEntry]) -> Action {
        answered()
        let indexes = entries.filter { $0.key == recordKey || $0.key == contenderKey }.map(\.modifyIndex)
        guard let token = indexes.max(), token > 0 else {
            // Without an index there is no token: the next read has it.
            known = nil
            return resumed()
        }
        return .hold([prefix: token])
    }

    mutating func refused(_ refusal: TransactionRefusal) -> Action {
        answered()
        (mayHold, known) = (false, nil)
        if let words = refusal.denial { return .deny(words) }
        for failure in refusal.failures {
            let words = failure.reason
            if words.contains("invalid session") { return .replaceSession }
        }
        guard refusal.failures.allSatisfy({ $0.position == 1 }) else {
            // No other session acquires this session's key, so only a version with other rules refuses it.
            reason = .held
            return .pause(Self.unknownRefusalPause)
        }
        races += 1
        return races <= 3 ? resumed() : .pause(min(.milliseconds(100) * races, .seconds(1)))
    }

    mutating func failed(chance: Double) -> Action {
        failures += 1
        known = nil
        reason = .unavailable
        return .pause(backoff.next(chance: chance))
    }

    static func error(for problem: Problem) -> CoordinationError {
        switch problem {
        case .foreign(let key):
            CoordinationError(
                .conflict,
                """
                the key \(key) is no semaphore: it is a lock, or holds a value of another program. Nothing was \
                overwritten. Use another prefix, or delete this key
                """
            )
        case .corrupt(let key):
            CoordinationError(
                .corrupt,
                """
                the key \(key) has the flags of a semaphore, and a value that is none. Nothing was overwritten. Delete \
                the key when no program holds a slot
                """
            )
        case .limit(let stored, let wanted, let prefix):
            CoordinationError(
                .conflict,
                """
                the semaphore \(prefix) has a limit of \(stored), and \(wanted) was asked for: all programs need the \
                same limit. To change it, delete \(SemaphoreRecord.key(of: prefix)) when no program holds a slot
                """
            )
        }
    }

    private mutating func answered() {
        failures = 0
        backoff.reset()
    }
}
