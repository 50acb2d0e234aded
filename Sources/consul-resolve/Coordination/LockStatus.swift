// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP

/// The holders of a lock, as its keys and sessions show them.
struct LockStatus {
    /// A session that holds the lock or a slot.
    struct Holder: Equatable {
        var session: String
        var node: String?
        var name: String?
        var token: UInt64
    }

    let key: String
    /// The number of holders that there may be; 1 for a lock.
    private(set) var limit = 1
    private(set) var holders: [Holder] = []
    /// The session of the first holder.
    private(set) var session: Session?

    /// - Parameters:
    ///   - key: The name of the lock.
    ///   - entries: All entries under the name.
    ///   - sessions: The sessions of the datacenter.
    init(key: String, entries: [KeyValueEntry], sessions: [Session]) {
        self.key = key
        guard let lock = entries.first(where: { $0.key == SemaphoreRecord.key(of: key) }) else { return }
        let known = Dictionary(sessions.map { ($0.id, $0) }) { first, _ in first }
        if let session = lock.session {
            holders = [Self.holder(session, lock, known)]
        } else if lock.flags == SemaphoreRecord.flags, let record = try? SemaphoreRecord(lock) {
            limit = record.limit
            // A session that has ended keeps its entry until another program takes or releases a slot.
            holders = record.holders.sorted().filter { known[$0] != nil }.map { Self.holder($0, lock, known) }
        }
        self.session = holders.first.flatMap { known[$0.session] }
    }

    private static func holder(_ id: String, _ entry: KeyValueEntry, _ known: [String: Session]) -> Holder {
        Holder(session: id, node: known[id]?.node, name: known[id]?.name, token: entry.modifyIndex)
    }
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
                    ])
                }
            ),
            "ttlSeconds": session?.timeToLive.map { .number($0.milliseconds / 1000) } ?? .null,
            "lockDelaySeconds": session.map { .number($0.lockDelay.milliseconds / 1000) } ?? .null,
            "waiters": nil,
        ])
    }

    var text: String {
        guard !holders.isEmpty else { return "\(key.printable) is not held" }
        var table = Table(heading: ["SESSION", "NODE", "NAME", "TOKEN"])
        table.rows = holders.map { [$0.session, $0.node ?? "", $0.name ?? "", String($0.token)] }
        let held = limit == 1 ? "is held" : "has \(holders.count) of \(limit) slots taken"
        let ttl = session?.timeToLive.map { "time to live \($0.inSeconds)" }
        let delay = session.map { "lock-delay \($0.lockDelay.inSeconds)" }
        let words = [ttl, delay].compactMap { $0 }.joined(separator: ", ")
        return "\(key.printable) \(held)" + (words.isEmpty ? "" : "; \(words)") + "\n\(table)"
    }
}
