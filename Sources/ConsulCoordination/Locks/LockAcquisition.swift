// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

/// Decides how a session acquires one key or several keys at once: which request is next, given the last answer.
///
/// A pure value: it sends no request, reads no clock and draws no random numbers.
///
/// Each key is read, and acquired in a transaction that is guarded by what was read: by its absence, or by the index of
/// an entry that is free and has the flags of a lock. The `lock` operation alone, as `?acquire=`, overwrites the value
/// and flags of whatever the key holds (measured with 1.8.7), and a read before it leaves a gap; the guards close it. All
/// keys are acquired in one transaction, so a session never holds a part of them.
///
/// Consul tells the reasons of a refusal apart in words only. Words that are unknown count as "held", with a pause, so
/// that other words of a later version cost time and not correctness.
package struct LockAcquisition: Acquisition {
    typealias State = KeyValueEntry?
    /// The key that is no lock.
    package typealias Problem = String
    package typealias Action = AcquisitionAction<String>

    /// The flags by which the Go client and `consul lock` mark a lock.
    package static let flags: UInt64 = 0x2ddc_cbc0_58a5_0c18

    /// The pause between tries during a lock-delay. Its end wakes no blocking query.
    static let lockDelayPause = Duration.seconds(1)
    /// The pause after a refusal with unknown words.
    static let unknownRefusalPause = Duration.seconds(1)

    private enum Known: Hashable, Sendable {
        case absent
        case free(index: UInt64)
        case ours(index: UInt64)
    }

    private let keys: [String]
    private let value: [UInt8]
    private let session: String
    private var known: [String: Known] = [:]
    /// The number of transactions in a row that were refused because a key had changed since it was read.
    private var races = 0
    private var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(5), jitter: .half)

    private(set) var failures = 0
    package private(set) var reason: CoordinationError.Reason?
    package private(set) var mayHold = false

    /// - Parameter keys: The keys, at least one, sorted, without duplicates.
    package init(_ keys: [String], value: [UInt8], session: String) {
        (self.keys, self.value, self.session) = (keys, value, session)
    }
}

// MARK: - Events

extension LockAcquisition {
    package mutating func resumed() -> Action {
        if let key = keys.first(where: { known[$0] == nil }) { return .read(key) }
        let indexes = known.compactMapValues { if case .ours(let index) = $0 { index } else { nil } }
        if indexes.count == keys.count { return .hold(indexes) }
        mayHold = true
        return .acquire(transaction)
    }

    package mutating func observed(_ entry: KeyValueEntry?, at key: String) -> Action {
        answered()
        guard let entry else {
            known[key] = .absent
            return resumed()
        }
        if entry.session == session {
            known[key] = .ours(index: entry.modifyIndex)
            return resumed()
        }
        let isLock = entry.flags == Self.flags
        guard entry.session != nil else {
            guard isLock else { return .conflict(key) }
            known[key] = .free(index: entry.modifyIndex)
            return resumed()
        }
        // A write without flags by a third program resets the flags of a lock that is held, and the holder's release
        // restores them. Other flags belong to another kind of lock.
        guard isLock || entry.flags == 0 else { return .conflict(key) }
        known[key] = nil
        reason = .held
        return .watch(key)
    }

    package mutating func acquired(_ entries: [KeyValueEntry]) -> Action {
        answered()
        var tokens: [String: UInt64] = [:]
        // A guard returns the entry, too, as it was before.
        for entry in entries where keys.contains(entry.key) {
            tokens[entry.key] = max(tokens[entry.key] ?? 0, entry.modifyIndex)
        }
        guard tokens.count == keys.count else {
            // Without an index there is no token: the next read has it.
            known = [:]
            return resumed()
        }
        return .hold(tokens)
    }

    package mutating func refused(_ refusal: TransactionRefusal) -> Action {
        answered()
        mayHold = false
        var isRace = false
        var (isDelayed, isUnknown) = (false, false)
        var held: String?
        if let words = refusal.denial { return .deny(words) }
        for failure in refusal.failures {
            let words = failure.reason
            if words.contains("invalid session") { return .replaceSession }
            guard keys.indices.contains(failure.position / 2) else {
                isUnknown = true
                continue
            }
            let key = keys[failure.position / 2]
            if failure.position % 2 == 0 {
                isRace = true
                known[key] = nil
            } else if words.contains("lock delay") {
                isDelayed = true
            } else if words.contains("already held") {
                held = held ?? key
            } else {
                isUnknown = true
            }
        }
        if let held {
            known[held] = nil
            reason = .held
            return .watch(held)
        }
        if isDelayed {
            reason = .lockDelay
            return .pause(Self.lockDelayPause)
        }
        if isRace, !isUnknown {
            races += 1
            return races <= 3 ? resumed() : .pause(min(.milliseconds(100) * races, .seconds(1)))
        }
        known = [:]
        reason = .held
        return .pause(Self.unknownRefusalPause)
    }

    /// Trying again with the same session is safe: a key that the session holds already is acquired once more.
    package mutating func failed(chance: Double) -> Action {
        failures += 1
        known = [:]
        reason = .unavailable
        return .pause(backoff.next(chance: chance))
    }

    static func error(for key: String) -> CoordinationError {
        CoordinationError(
            .conflict,
            """
            the key \(key) is no lock: it holds a value that was written without the flags of a lock, or a semaphore. \
            Nothing was overwritten. Use another key, or delete this one
            """
        )
    }

    private mutating func answered() {
        failures = 0
        backoff.reset()
    }
}

// MARK: - Requests

extension LockAcquisition {
    private var transaction: KeyValueTransaction {
        KeyValueTransaction(
            keys.flatMap { key -> [KeyValueTransaction.Operation] in
                let check: KeyValueTransaction.Operation =
                    switch known[key] {
                    case .free(let index), .ours(let index): .check(key, isUnchangedSince: index)
                    case .absent, nil: .checkAbsence(of: key)
                    }
                return [check, .lock(key, value, flags: Self.flags, session: session)]
            }
        )
    }
}
