// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// The key/value store of one datacenter. Datacenters do not replicate it to each other.
///
/// A value type that may be copied and used by any task.
public struct KeyValueStore: Sendable {
    let client: ConsulHTTPClient
    let datacenter: String?

    /// Creates a view of the store.
    ///
    /// - Parameters:
    ///   - client: The client of an agent.
    ///   - datacenter: The datacenter of the store; `nil`, the default, for the client's datacenter, or else the agent's.
    public init(_ client: ConsulHTTPClient, datacenter: String? = nil) {
        (self.client, self.datacenter) = (client, datacenter)
    }

    /// Returns an entry.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - consistency: The consistency mode. Default ``/ConsulHTTP/ReadOptions/Consistency/default``.
    /// - Returns: The entry; a value of `nil` if the key does not exist. The metadata has the index of the answer in
    ///   either case.
    /// - Throws: ``CoordinationError`` for an invalid key; ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func entry(
        _ key: String,
        consistency: ReadOptions.Consistency = .default
    ) async throws -> ConsulAnswer<KeyValueEntry?> {
        let read = try KeyValueRead.entry(key, consistency, datacenter)
        return try await client.read(read, decodingAnswer: { try KeyValueRead.decodeEntries($0).first })
    }

    /// Applies a transaction: all of its operations, or none.
    ///
    /// - Returns: The entries of the operations that return one, in order.
    /// - Throws: ``TransactionRefusal`` if Consul refused an operation; ``CoordinationError``;
    ///   ``/ConsulHTTP/ConsulHTTPError``, after which the transaction may or may not have been applied unless the error
    ///   is retryable; `CancellationError`.
    public func commit(_ transaction: KeyValueTransaction) async throws -> [KeyValueEntry] {
        var request = WriteRequest(
            .put,
            RequestPath("/v1/txn"),
            body: Array(transaction.json.description.utf8),
            answerStatuses: [200, 409]
        )
        request.datacenter = datacenter
        let answer = try await client.write(request)
        // An answer that is not Consul's, such as a proxy's, fails here.
        let outcome = try JSONReader.decode(TransactionOutcome.self, from: answer.body.span)
        guard answer.status == 200, outcome.failures.isEmpty else {
            throw TransactionRefusal(failures: outcome.failures)
        }
        return outcome.entries
    }
}

extension ConsulHTTPClient {
    /// The key/value store of the client's datacenter.
    public var keyValues: KeyValueStore { KeyValueStore(self) }
}
