// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

extension KeyValueStore {
    /// The maximum size of a value in bytes, 512 KiB, which is Consul's own default (`kv_max_value_size`). Larger values
    /// are not sent; see ``setChunkedValue(_:_:)``.
    package static let maximumValueSize = 524_288

    /// Writes an entry, whatever it held before.
    ///
    /// The entry keeps its session if it is held as a lock, and a plain write does not ask whether it is: Consul's locks
    /// are advisory. Its lock index becomes 0. Writing an equal entry changes no index, and wakes no
    /// watch.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The bytes, such as `text.utf8`.
    ///   - flags: The number for the program. Default 0, also if the entry had another one: Consul does not keep it.
    ///     ``update(_:as:attempts:isolation:_:)`` does.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for an invalid key, and with
    ///   ``CoordinationError/Code/tooLarge`` for a value of more than 512 KiB;
    ///   ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func set(_ key: String, _ value: some Sequence<UInt8>, flags: UInt64 = 0) async throws {
        guard try await put(key, Array(value), flags) else {
            throw CoordinationError(.refused, "Consul refused to write \"\(key)\"")
        }
    }

    /// Writes an entry if it has not changed in the meantime.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The bytes.
    ///   - flags: The number for the program. Default 0.
    ///   - index: The ``KeyValueEntry/modifyIndex`` that the entry must have; 0 if the key must not exist.
    /// - Returns: True if the entry was written; false if it has another index.
    /// - Throws: As ``set(_:_:flags:)``.
    public func set(
        _ key: String,
        _ value: some Sequence<UInt8>,
        flags: UInt64 = 0,
        ifUnchangedSince index: UInt64
    ) async throws -> Bool {
        try await put(key, Array(value), flags, index)
    }

    /// Deletes an entry, whatever it holds. A key that does not exist is no error.
    ///
    /// A lock on the entry is lost at once, and without a lock-delay.
    ///
    /// - Throws: ``CoordinationError`` for an invalid key; ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func delete(_ key: String) async throws {
        try KeyRules.check(key)
        _ = try await remove(key, RequestQuery())
    }

    /// Deletes an entry if it has not changed in the meantime.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - index: The ``KeyValueEntry/modifyIndex`` that the entry must have.
    /// - Returns: True if the key does not exist now, also if it did not exist before; false if the entry has another
    ///   index.
    /// - Throws: As ``delete(_:)``.
    public func delete(_ key: String, ifUnchangedSince index: UInt64) async throws -> Bool {
        try KeyRules.check(key)
        var query = RequestQuery()
        query.append("cas", "\(index)")
        return try await remove(key, query)
    }

    /// Deletes all entries under a beginning of keys, together.
    ///
    /// - Parameter prefix: The beginning of the keys, not empty: an empty variable must not delete the whole store. End
    ///   it with a slash, unless `config/web` should include `config/webhooks`.
    /// - Throws: As ``delete(_:)``.
    public func deleteAll(under prefix: String) async throws {
        try KeyRules.check(prefix)
        var query = RequestQuery()
        query.append("recurse")
        _ = try await remove(prefix, query)
    }

    /// Applies the operations of a transaction: all of them, or none.
    ///
    /// Consul 1.8 accepts 64 operations, newer versions 128, and a request of 512 KiB, in which values take four bytes
    /// for three. A larger transaction is not split, because its parts would not be applied together.
    ///
    /// - Returns: The entries of the operations that return one, in order. Those of writes have no value.
    /// - Throws: ``TransactionRefusal`` if Consul refused an operation; ``CoordinationError`` with
    ///   ``CoordinationError/Code/invalidArgument`` for an invalid key, and with ``CoordinationError/Code/tooLarge`` if
    ///   there are too many operations for this version of Consul, or too many bytes; ``/ConsulHTTP/ConsulHTTPError``;
    ///   `CancellationError`.
    @discardableResult
    public func commit(_ operations: [KeyValueTransaction.Operation]) async throws -> [KeyValueEntry] {
        try await commit(KeyValueTransaction(operations))
    }

    /// Applies a transaction that is complete already.
    @discardableResult
    package func commit(_ transaction: KeyValueTransaction) async throws -> [KeyValueEntry] {
        try transaction.check()
        let answer = try await send(
            WriteRequest(
                .put,
                RequestPath("/v1/txn"),
                body: Array(transaction.json.description.utf8),
                answerStatuses: [200, 409, 413]
            )
        ) { reason in
            """
            Consul refused a transaction of \(transaction.operations.count) operations as too large (1.8 accepts 64, \
            newer versions 128, and 512 KiB): \(reason)
            """
        }
        let outcome: TransactionOutcome = try answer.decoded(of: "PUT /v1/txn")
        guard answer.status == 200, outcome.failures.isEmpty else {
            throw TransactionRefusal(failures: outcome.failures)
        }
        return outcome.entries
    }

    // MARK: - Requests

    private func put(_ key: String, _ value: [UInt8], _ flags: UInt64, _ index: UInt64? = nil) async throws -> Bool {
        try KeyRules.check(key)
        try Self.checkSize(of: value, key)
        var query = RequestQuery()
        query.append("cas", ifPresent: index.map { "\($0)" })
        // Consul takes absent flags for 0, so they are sent only if they say more.
        query.append("flags", ifPresent: flags == 0 ? nil : "\(flags)")
        let path = RequestPath("/v1/kv").appending(key: key)
        let request = WriteRequest(.put, path, query: query, body: value, answerStatuses: [200, 413])
        let answer = try await send(request) { reason in
            "Consul refused a value of \(value.count) bytes for \"\(key)\" as too large: \(reason)"
        }
        return try answer.decoded(of: "PUT \(path)")
    }

    private func remove(_ path: String, _ query: RequestQuery) async throws -> Bool {
        let path = RequestPath("/v1/kv").appending(key: path)
        let answer = try await send(WriteRequest(.delete, path, query: query)) { $0 }
        return try answer.decoded(of: "DELETE \(path)")
    }

    /// Sends a change to the datacenter of the store.
    ///
    /// - Throws: ``CoordinationError/Code/tooLarge`` for the status 413, with the words that the closure makes of Consul's.
    private func send(_ request: WriteRequest, tooLarge words: (String) -> String) async throws -> RawAnswer {
        var request = request
        request.datacenter = datacenter
        let answer = try await client.write(request)
        guard answer.status == 413 else { return answer }
        throw CoordinationError(.tooLarge, words(String(decoding: answer.body.prefix(200), as: UTF8.self)))
    }

    static func checkSize(of value: [UInt8], _ key: String) throws(CoordinationError) {
        guard value.count > maximumValueSize else { return }
        throw CoordinationError(
            .tooLarge,
            """
            the value for "\(key)" has \(value.count) bytes, and Consul stores at most \(maximumValueSize) in one entry: \
            use a chunked value, or store a reference
            """
        )
    }
}

extension RawAnswer {
    /// Decodes the answer to a change. An answer that is not Consul's, such as a proxy's, fails here.
    ///
    /// - Parameter subject: The method and the path, for the error.
    func decoded<Value: JSONReadable>(
        _: Value.Type = Value.self,
        of subject: String
    ) throws(ConsulHTTPError) -> Value {
        do {
            return try JSONReader.decode(from: body.span)
        } catch {
            throw ConsulHTTPError(
                .undecodable,
                "\(subject): the answer cannot be decoded: \(error)",
                status: status,
                underlying: error
            )
        }
    }
}
