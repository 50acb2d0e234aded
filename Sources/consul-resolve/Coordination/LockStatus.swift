// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP

/// The holders of a lock and the programs that wait for it, as its keys and the sessions show them.
struct LockStatus {
    /// A session that holds the lock or a slot.
    struct Holder: Equatable {
        var session: String
        var node: String?
        var name: String?
        var token: UInt64
        /// The time since the acquisition, by the clocks of the two machines; `nil` if the holder did not note it.
        var age: Duration?
    }

    let key: String
    /// The number of holders that there may be; 1 for a lock.
    private(set) var limit = 1
    private(set) var holders: [Holder] = []
    /// The session of the first holder.
    private(set) var session: Session?
    /// The number of sessions that wait and can be recognized.
    ///
    /// A waiter leaves no trace in the key. Recognized are places in the queue of fair locks, contenders of Consul's own
    /// semaphores, and sessions with the names that `consul-resolve lock` and `consul lock` give them.
    let waiters: Int

    /// - Parameters:
    ///   - key: The name of the lock.
    ///   - entries: All entries under the name.
    ///   - sessions: The sessions of the datacenter.
    ///   - now: The time, for the age.
    init(key: String, entries: [KeyValueEntry], sessions: [Session], now: Timestamp = .now) {
        self.key = key
        let known = Dictionary(sessions.map { ($0.id, $0) }) { first, _ in first }
        func holder(_ id: String, _ entry: KeyValueEntry) -> Holder {
            let note = entries.lazy.filter { $0.session == id }.compactMap { LockNote($0) }.first
            return Holder(
                session: id,
                node: known[id]?.node,
                name: known[id]?.name,
                token: note?.token ?? entry.modifyIndex,
                age: note.map { .milliseconds(max(0, now.milliseconds - $0.acquired.milliseconds)) }
            )
        }
        let lock = entries.first { $0.key == SemaphoreRecord.key(of: key) }
        if let lock, let session = lock.session {
            holders = [holder(session, lock)]
        } else if let lock, lock.flags == SemaphoreRecord.flags, let record = try? SemaphoreRecord(lock) {
            limit = record.limit
            // A session that has ended keeps its entry until another program takes or releases a slot.
            holders = record.holders.sorted().filter { known[$0] != nil }.map { holder($0, lock) }
        }
        session = holders.first.flatMap { known[$0.session] }

        let queued = entries.filter { $0.key.hasPrefix(QueueTurn.folder(of: SemaphoreRecord.key(of: key))) }
        let contenders = entries.filter { entry in
            entry.session.map { entry.key == SemaphoreRecord.contenderKey(of: $0, under: key) } ?? false
        }
        let named = sessions.filter { $0.name == Self.sessionName(of: key) || $0.name.hasSuffix(" at '\(key)'") }
        waiters =
            Set((queued + contenders).compactMap(\.session) + named.map(\.id))
            .subtracting(holders.map(\.session)).intersection(known.keys).count
    }

    /// Returns the name of the sessions of `lock`.
    static func sessionName(of key: String) -> String { "consul-resolve lock \(key)" }
}

extension LockStatus: Report {
    var json: JSON {
        .object([
            "key": .string(key), "held": .bool(!holders.isEmpty), "limit": .integer(limit),
            "holders": .array(
                holders.map { holder in
                    .object([
                        "session": .string(holder.session), "node": JSON(holder.node), "name": JSON(holder.name),
                        "token": .unsigned(holder.token),
                        "ageSeconds": holder.age.map { .number($0.milliseconds / 1000) } ?? .null,
                    ])
                }
            ),
            "ttlSeconds": session?.timeToLive.map { .number($0.milliseconds / 1000) } ?? .null,
            "lockDelaySeconds": session.map { .number($0.lockDelay.milliseconds / 1000) } ?? .null,
            "waiters": .integer(waiters),
        ])
    }

    /// The lines fit 80 columns if the names do: an id of a session has 36.
    var text: String {
        let waiting = waiters == 0 ? "no waiters seen" : waiters == 1 ? "1 waiter seen" : "\(waiters) waiters seen"
        guard !holders.isEmpty else { return "\(key.printable) is not held; \(waiting)" }
        var lines = [
            limit == 1 ? "\(key.printable) is held" : "\(key.printable) has \(holders.count) of \(limit) slots taken"
        ]
        for holder in holders {
            lines.append("  session     \(holder.session.printable)")
            if let name = holder.name, !name.isEmpty { lines.append("  name        \(name.printable)") }
            if let node = holder.node { lines.append("  node        \(node.printable)") }
            lines.append("  token       \(holder.token)")
            lines.append("  age         \(holder.age?.inWords ?? "unknown: the holder did not note it")")
        }
        if let session {
            let ttl = session.timeToLive.map { "time to live \($0.inWords)" } ?? "no time to live"
            lines.append("\(ttl), lock-delay \(session.lockDelay.inWords); \(waiting)")
        } else {
            lines.append(waiting)
        }
        return lines.joined(separator: "\n")
    }
}
