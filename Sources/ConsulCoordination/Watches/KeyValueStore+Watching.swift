// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

extension KeyValueStore {
    /// Returns a watch of one key. The first query is sent when it is iterated.
    ///
    /// The value `nil` means that the key does not exist. A denial and an unreachable agent are interruptions, which
    /// keep the last value. A key that is written twice between two answers is one update, and one that is deleted and
    /// written again is an update even if its value is the same.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - consistency: The consistency mode of the blocking queries. Default
    ///     ``/ConsulHTTP/ReadOptions/Consistency/default``.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for a key that Consul cannot
    ///   have.
    public func watch(
        _ key: String,
        consistency: ReadOptions.Consistency = .default
    ) throws(CoordinationError) -> ConsulWatch<KeyValueEntry?> {
        try client.watchKey(key, consistency: consistency, datacenter: datacenter)
    }

    /// Returns a watch of all entries with keys that begin with a text. The first query is sent when it is iterated.
    ///
    /// Each update is one moment of the store, and no mixture. Each change under the prefix transfers all of its
    /// entries: Consul has no smaller answer. Use ``ConsulHTTP/ConsulWatch/differences(by:)`` for what has changed.
    ///
    /// - Parameters:
    ///   - prefix: The beginning of the keys. End it with a slash, unless `config/web` should include
    ///     `config/webhooks`.
    ///   - consistency: The consistency mode of the blocking queries. Default
    ///     ``/ConsulHTTP/ReadOptions/Consistency/default``.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for an impossible prefix.
    public func watch(
        under prefix: String,
        consistency: ReadOptions.Consistency = .default
    ) throws(CoordinationError) -> ConsulWatch<[KeyValueEntry]> {
        client.watchAnswers(
            try KeyValueRead.entries(under: prefix, consistency, datacenter),
            decode: { try KeyValueRead.decodeEntries($0) }
        )
    }
}

extension ConsulHTTPClient {
    /// Returns a watch of one key. The first query is sent when the watch is iterated.
    ///
    /// The absence of the key is a value, `nil`; a denial and an unreachable agent are interruptions, and never an
    /// absence. Updates compare whole entries with their indexes, so a key that is deleted and written again between
    /// two answers is an update, and a blocking query that ends without need is no update.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - checks: True for non-blocking reads about every three seconds, which also notice a dead connection, and that
    ///     the leader or the permission is lost. False where a test counts queries. Default `true`.
    ///   - consistency: The consistency mode of the blocking queries. Default
    ///     ``/ConsulHTTP/ReadOptions/Consistency/default``.
    ///   - datacenter: The datacenter of the key; `nil`, the default, for the client's datacenter, or else the agent's.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for a key that Consul cannot
    ///   have.
    package func watchKey(
        _ key: String,
        checks: Bool = true,
        consistency: ReadOptions.Consistency = .default,
        datacenter: String? = nil
    ) throws(CoordinationError) -> ConsulWatch<KeyValueEntry?> {
        watchAnswers(
            try KeyValueRead.entry(key, consistency, datacenter),
            checks: checks,
            decode: { try KeyValueRead.decodeEntries($0).first }
        )
    }
}
