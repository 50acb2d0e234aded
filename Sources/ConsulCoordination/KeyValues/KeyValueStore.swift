// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// The key/value store of one datacenter. Datacenters do not replicate it to each other.
///
/// ```swift
/// let store = consul.keyValues
/// try await store.set("config/web/greeting", "hello".utf8)
/// let greeting = try await store.entry("config/web/greeting").value?.text
/// try await store.update("jobs/done", as: .number) { $0 = ($0 ?? 0) + 1 }
/// ```
///
/// ### Keys
/// A key is not empty, begins with no slash, and has no two slashes in a row and no segment `.` or `..`: Consul could
/// not read it back by its name. Such keys throw ``CoordinationError/Code/invalidArgument`` before anything is sent.
/// Keys of `A-Z a-z 0-9 , . _ / -` without `..` are accepted by every version; Consul 1.21.5 refuses spaces, `%`, `:`
/// and other characters, and later patches refuse leading and trailing spaces.
///
/// ### Absence and denial
/// A key that the token may not read throws ``/ConsulHTTP/ConsulHTTPError`` with
/// ``/ConsulHTTP/ConsulHTTPError/Code/denied``, and an agent that cannot be reached throws too: neither looks like an
/// absent key. A list is different: Consul leaves out the entries that the token may not read, so an empty list proves
/// an absence only if the token may read the whole prefix. Since 1.11, the answer's
/// ``/ConsulHTTP/QueryMetadata/filteredByACLs`` tells of omitted entries; older versions do not.
///
/// ### Changes
/// A change is sent once. If its answer is lost, the error is not retryable, and the change may have been applied, now
/// or a little later. Only ``/ConsulHTTP/ConsulHTTPError/isRetryable`` means that it was certainly not applied.
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
        return try await client.readAnswer(read, decode: { try KeyValueRead.decodeEntries($0).first })
    }

    /// Returns all entries with keys that begin with a text, in the order of their keys (as bytes).
    ///
    /// One request is one moment of the store: the entries are no mixture of an older and a newer state. The answer is
    /// limited by ``/ConsulHTTP/ConsulHTTPConfiguration/maximumBodySize``, in which a value takes four bytes for three.
    ///
    /// - Parameters:
    ///   - prefix: The beginning of the keys; empty for the whole store. End it with a slash, unless `config/web` should
    ///     include `config/webhooks`.
    ///   - consistency: The consistency mode. Default ``/ConsulHTTP/ReadOptions/Consistency/default``.
    /// - Throws: ``CoordinationError`` for an invalid prefix; ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func entries(
        under prefix: String,
        consistency: ReadOptions.Consistency = .default
    ) async throws -> ConsulAnswer<[KeyValueEntry]> {
        let read = try KeyValueRead.entries(under: prefix, consistency, datacenter)
        return try await client.readAnswer(read, decode: KeyValueRead.decodeEntries)
    }

    /// Returns the keys that begin with a text, in their order (as bytes), without reading the values.
    ///
    /// - Parameters:
    ///   - prefix: The beginning of the keys; empty for the whole store.
    ///   - separator: A text that ends the returned keys: with `/`, the result has each "folder" under the prefix once,
    ///     with its slash, and not the keys in it. `nil`, the default, returns whole keys.
    ///   - consistency: The consistency mode. Default ``/ConsulHTTP/ReadOptions/Consistency/default``.
    /// - Throws: ``CoordinationError`` for an invalid prefix; ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func keys(
        under prefix: String,
        separator: String? = nil,
        consistency: ReadOptions.Consistency = .default
    ) async throws -> ConsulAnswer<[String]> {
        let read = try KeyValueRead.keys(under: prefix, separator, consistency, datacenter)
        return try await client.readAnswer(read, decode: KeyValueRead.decodeKeys)
    }

    /// Returns the decoded value of a key; `nil` if the key does not exist.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - coder: Decodes the bytes.
    ///   - consistency: The consistency mode. Default ``/ConsulHTTP/ReadOptions/Consistency/default``.
    /// - Throws: As ``entry(_:consistency:)``, and the error of the coder.
    public func value<Value>(
        _ key: String,
        as coder: ValueCoder<Value>,
        consistency: ReadOptions.Consistency = .default
    ) async throws -> Value? {
        try await entry(key, consistency: consistency).value.map { try coder.decode($0.value) }
    }
}

extension ConsulHTTPClient {
    /// The key/value store of the client's datacenter.
    public var keyValues: KeyValueStore { KeyValueStore(self) }
}
