// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// Operations on the key/value store that Consul applies together or not at all (`/v1/txn`): at most 64 on Consul 1.8,
/// 128 on newer versions. ``KeyValueStore``, ``HeldLock``, ``HeldSlot`` and ``LeaderElection/Term`` commit them.
///
/// ```swift
/// try await store.commit([
///     .check("config/version", isUnchangedSince: version.modifyIndex),
///     .set("config/limit", Array("20".utf8)),
///     .delete("config/obsolete"),
/// ])
/// ```
public struct KeyValueTransaction: Hashable, Sendable {
    /// One operation. Consul checks and applies the operations in order.
    public struct Operation: Hashable, Sendable {
        package let verb: String
        package let key: String
        package var value: [UInt8]?
        package var flags: UInt64?
        package var index: UInt64?
        package var session: String?

        /// Writes an entry, whatever it held before.
        public static func set(_ key: String, _ value: [UInt8], flags: UInt64 = 0) -> Operation {
            Operation(verb: "set", key: key, value: value, flags: flags)
        }

        /// Writes an entry if its ``KeyValueEntry/modifyIndex`` is this one; an index of 0 means that the key does not
        /// exist.
        public static func set(
            _ key: String,
            _ value: [UInt8],
            flags: UInt64 = 0,
            ifUnchangedSince index: UInt64
        ) -> Operation {
            Operation(verb: "cas", key: key, value: value, flags: flags, index: index)
        }

        /// Writes an entry and acquires it as a lock of a session.
        public static func lock(_ key: String, _ value: [UInt8], flags: UInt64, session: String) -> Operation {
            Operation(verb: "lock", key: key, value: value, flags: flags, session: session)
        }

        /// Writes an entry and releases it as a lock of a session.
        public static func unlock(_ key: String, _ value: [UInt8], flags: UInt64, session: String) -> Operation {
            Operation(verb: "unlock", key: key, value: value, flags: flags, session: session)
        }

        /// Returns an entry; the transaction fails if the key does not exist.
        public static func get(_ key: String) -> Operation { Operation(verb: "get", key: key) }

        /// Returns all entries with keys that begin with this text.
        public static func getAll(under prefix: String) -> Operation { Operation(verb: "get-tree", key: prefix) }

        /// Deletes an entry.
        public static func delete(_ key: String) -> Operation { Operation(verb: "delete", key: key) }

        /// Deletes an entry if its ``KeyValueEntry/modifyIndex`` is this one.
        public static func delete(_ key: String, ifUnchangedSince index: UInt64) -> Operation {
            Operation(verb: "delete-cas", key: key, index: index)
        }

        /// Deletes all entries with keys that begin with this text.
        public static func deleteAll(under prefix: String) -> Operation { Operation(verb: "delete-tree", key: prefix) }

        /// Fails the transaction unless the entry's ``KeyValueEntry/modifyIndex`` is this one.
        public static func check(_ key: String, isUnchangedSince index: UInt64) -> Operation {
            Operation(verb: "check-index", key: key, index: index)
        }

        /// Fails the transaction unless the session holds the entry.
        public static func check(_ key: String, isHeldBy session: String) -> Operation {
            Operation(verb: "check-session", key: key, session: session)
        }

        /// Fails the transaction if the key exists.
        public static func checkAbsence(of key: String) -> Operation {
            Operation(verb: "check-not-exists", key: key)
        }

        var json: JSON {
            var members: JSON.Members = ["Verb": .string(verb), "Key": .string(key)]
            if let value { members.list.append(("Value", .string(Base64.encode(value)))) }
            if let flags { members.list.append(("Flags", .unsigned(flags))) }
            if let index { members.list.append(("Index", .unsigned(index))) }
            if let session { members.list.append(("Session", .string(session))) }
            return .object(["KV": .object(members)])
        }
    }

    /// The operations, in order.
    package var operations: [Operation]

    /// Creates a transaction.
    package init(_ operations: [Operation]) {
        self.operations = operations
    }

    /// Checks the keys and the sizes of values.
    func check() throws(CoordinationError) {
        for operation in operations {
            if operation.verb.hasSuffix("-tree") {
                try KeyRules.check(prefix: operation.key)
            } else {
                try KeyRules.check(operation.key)
            }
            if let value = operation.value { try KeyValueStore.checkSize(of: value, operation.key) }
        }
    }

    var json: JSON { .array(operations.map(\.json)) }
}
