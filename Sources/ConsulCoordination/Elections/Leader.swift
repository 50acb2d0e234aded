// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// The leader of an election, as its key shows it.
public struct Leader: Hashable, Sendable {
    /// The session of the leader.
    public var session: String

    /// The value that the leader has published, such as its address.
    public var value: [UInt8]

    /// A number that grows when the leader or its value changes: the index of the key's last change. It equals
    /// ``LeaderElection/Term/number`` while the leader has not changed its value.
    public var index: UInt64

    /// The value as text; `nil` if it is not UTF-8.
    public var text: String? { String(validating: value, as: UTF8.self) }

    /// Reads the leader from the key of an election; `nil` if there is none. The value that a former leader left behind
    /// does not count: a key without a session has no leader.
    init?(_ entry: KeyValueEntry?) {
        guard let entry, let session = entry.session else { return nil }
        (self.session, value, index) = (session, entry.value, entry.modifyIndex)
    }
}

extension ConsulHTTPClient {
    /// Returns the leader of an election, read consistently; `nil` if there is none at the moment.
    ///
    /// - Parameters:
    ///   - key: The key of the election.
    ///   - datacenter: The datacenter of the key; `nil`, the default, for the client's or else the agent's own.
    /// - Throws: ``CoordinationError`` for an invalid key; ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func leader(of key: String, datacenter: String? = nil) async throws -> Leader? {
        Leader(try await KeyValueStore(self, datacenter: datacenter).entry(key, consistency: .consistent).value)
    }

    /// Returns a watch of the leader of an election. The value `nil` means that there is no leader at the moment.
    ///
    /// - Parameters:
    ///   - key: The key of the election.
    ///   - datacenter: The datacenter of the key; `nil`, the default, for the client's or else the agent's own.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for an invalid key.
    public func watchLeader(
        of key: String,
        datacenter: String? = nil
    ) throws(CoordinationError) -> ConsulWatch<Leader?> {
        watchAnswers(
            try KeyValueRead.entry(key, .consistent, datacenter),
            discriminator: "leader",
            decode: { Leader(try KeyValueRead.decodeEntries($0).first) }
        )
    }
}
