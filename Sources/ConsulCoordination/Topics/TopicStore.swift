// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// A topic's entries in the key/value store:
///
///     NAME/head                              the head
///     NAME/messages/00000000000000000042     a message, with its position in 20 digits
///     NAME/cursors/CONSUMER                  the position of a consumer
struct TopicStore: Sendable {
    /// A head, and the index of its entry for check-and-set. Without a head, the index is 0.
    struct KnownHead: Hashable, Sendable {
        var head: TopicHead?
        var index: UInt64
    }

    /// The number of operations in a transaction that every version of Consul takes.
    static let operationLimit = 64

    let store: KeyValueStore
    let name: String

    var headKey: String { "\(name)/head" }

    func messageKey(_ sequence: UInt64) -> String { "\(name)/messages/\(Self.digits(sequence))" }

    func cursorKey(_ consumer: String) -> String { "\(name)/cursors/\(consumer)" }

    /// 20 digits, as many as the largest position has: keys are sorted as text.
    private static func digits(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }

    // MARK: Reading

    /// Returns the head.
    func head(_ consistency: ReadOptions.Consistency = .default) async throws -> KnownHead {
        guard let entry = try await store.entry(headKey, consistency: consistency).value else {
            return KnownHead(index: 0)
        }
        return KnownHead(head: try TopicHead(entry), index: entry.modifyIndex)
    }

    /// Returns a watch of the head; a value of `nil` while the topic does not exist. Its checks find what a blocking query hides: a
    /// connection that died without a sign, and an index from the future after a snapshot was restored.
    func heads() throws(CoordinationError) -> ConsulWatch<TopicHead?> {
        let read = try KeyValueRead.entry(headKey, .default, store.datacenter)
        return store.client.watchAnswers(
            read,
            discriminator: "head of a topic",
            decode: { try KeyValueRead.decodeEntries($0).first.map { try TopicHead($0) } }
        )
    }

    /// Returns a message; `nil` if the key does not exist, or if another program wrote it.
    func message(_ sequence: UInt64, _ consistency: ReadOptions.Consistency = .consistent) async throws -> TopicMessage?
    {
        try await store.entry(messageKey(sequence), consistency: consistency).value
            .flatMap { TopicMessage(stored: $0.value, at: sequence) }
    }

    /// Returns the messages of a block: ten positions that differ in the last digit. It is one read of a small part of
    /// the topic, whatever its size.
    ///
    /// A message that is missing may exist: the leader that answered may have been deposed, and a token without the
    /// permission receives no entries.
    func block(of sequence: UInt64) async throws -> [TopicMessage] {
        let entries = try await store.entries(under: String(messageKey(sequence).dropLast())).value
        return entries.compactMap { entry in
            guard let position = UInt64(entry.key.suffix(20)) else { return nil }
            return TopicMessage(stored: entry.value, at: position)
        }
    }
}
