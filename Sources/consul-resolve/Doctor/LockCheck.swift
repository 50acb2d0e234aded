// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

/// The locks and sessions of a datacenter, as far as they are known.
struct LockFacts: Sendable {
    /// The keys that were held by a session before and after the sessions were read without it.
    var orphanedKeys: [String]
    /// The sessions of nodes that are not in the catalog.
    var straySessions: [String]
}

/// Checks locks that no program can release, and sessions that outlive their node.
struct LockCheck {
    private let locks: LockFacts?
    /// True if access control may have hidden sessions or nodes from the token.
    private let mayBeHidden: Bool

    init(_ facts: Facts) {
        locks = facts.http?.locks
        let agent = try? facts.http?.agent.get()
        mayBeHidden = agent?.hasAccessControl != false
    }

    /// The number of keys and sessions listed, kept readable.
    private static let shown = 5

    var findings: [Finding] {
        guard let locks else { return [] }
        return [orphans(locks), strays(locks)].compactMap { $0 }
    }

    /// Keys held by a session that does not exist: a restored snapshot brings them back. No program holds them, and Consul
    /// gives them to no other session.
    private func orphans(_ locks: LockFacts) -> Finding? {
        let keys = locks.orphanedKeys
        guard !keys.isEmpty else { return nil }
        let held = "\(Self.list(keys)) \(keys.count == 1 ? "is" : "are") held by sessions that do not exist"
        guard !mayBeHidden else {
            return .note("locks", held + ", or that the token may not read", do: "use a token with session:read")
        }
        return .problem(
            "locks",
            held,
            do: "if no program works under these locks, delete the keys (consul-resolve kv delete KEY)"
        )
    }

    private func strays(_ locks: LockFacts) -> Finding? {
        guard !locks.straySessions.isEmpty, !mayBeHidden else { return nil }
        return .note(
            "locks",
            "\(Self.list(locks.straySessions.map { "session \($0)" })) belong to nodes that are not in the catalog",
            do: "if their programs have ended, destroy them, so that their locks become free"
        )
    }

    private static func list(_ names: [String]) -> String {
        let rest = names.count - shown
        let named = names.prefix(shown).map(\.printable)
        return Words.list(rest > 0 ? named + ["\(rest) more"] : Array(named))
    }
}
