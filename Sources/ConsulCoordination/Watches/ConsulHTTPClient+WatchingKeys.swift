// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP

extension ConsulHTTPClient {
    /// Returns a watch of one key. The first query is sent when the watch is iterated.
    ///
    /// The absence of the key is a value, `nil`; a denial and an unreachable agent are interruptions, and never an
    /// absence. Updates compare whole entries with their indexes, so a key that is deleted and written again between two
    /// answers is an update, and a blocking query that ends without need is none.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - checks: True for non-blocking reads about every three seconds, which also notice that the leader or the
    ///     permission is lost. False for holders of locks, whose lease tells them all that a check could. Default `true`.
    ///   - consistency: The consistency mode of the blocking queries. Default
    ///     ``/ConsulHTTP/ReadOptions/Consistency/default``.
    ///   - datacenter: The datacenter of the key; `nil`, the default, for the client's datacenter, or else the agent's.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for a key that Consul cannot have.
    package func watchKey(
        _ key: String,
        checks: Bool = true,
        consistency: ReadOptions.Consistency = .default,
        datacenter: String? = nil
    ) throws(CoordinationError) -> ConsulWatch<KeyValueEntry?> {
        watch(
            try KeyValueRead.entry(key, consistency, datacenter),
            checks: checks,
            decodingAnswer: { try KeyValueRead.decodeEntries($0).first }
        )
    }
}
