// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP
public import NetworkAddress

/// The error of a transaction that Consul refused. It applied no operation.
public struct TransactionRefusal: Error, MessageError, Hashable, Sendable {
    /// An operation that failed.
    public struct Failure: Hashable, Sendable {
        /// The position of the operation.
        public var position: Int

        /// Consul's reason. Versions of Consul differ in their words.
        public var reason: String

        package init(position: Int, reason: String) { (self.position, self.reason) = (position, reason) }
    }

    /// The operations that failed, at least one. Consul goes on after a failure, and reports each.
    public var failures: [Failure]

    package init(failures: [Failure]) { self.failures = failures }

    /// The reasons, each with its operation.
    package var message: String {
        "Consul refused the transaction: "
            + failures.map { "operation \($0.position + 1): \($0.reason)" }.joined(separator: "; ")
    }
}

extension TransactionRefusal.Failure {
    /// True if the token may not do the operation.
    var isDenial: Bool { reason.contains("ermission denied") || reason.contains("ACL not found") }
}

extension TransactionRefusal {
    /// The words about the first operation that the token may not do; `nil` if there is none.
    var denial: String? { failures.first(where: \.isDenial)?.reason }
}

extension ConsulHTTPError {
    /// Creates the error for a transaction that Consul denied.
    init(denialOfTransaction words: String, underlying: (any Error)? = nil) {
        self.init(.denied, "PUT /v1/txn was refused: \(words)", status: 409, underlying: underlying)
    }
}

extension TransactionRefusal.Failure: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        (position, reason) = (0, "")
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "OpIndex": position = try reader.read(in: bytes)
            case "What": reason = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

/// Consul's answer to a transaction: the entries of its operations, or the reasons that it was refused.
struct TransactionOutcome: JSONReadable {
    private(set) var entries: [KeyValueEntry] = []
    private(set) var failures: [TransactionRefusal.Failure] = []

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Results":
                entries = try reader.readArray(in: bytes) { reader throws(JSONError) in
                    try Self.readResult(&reader, in: bytes)
                }.compactMap { $0 }
            case "Errors": failures = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    /// Reads one result: an object with one member, named for the kind of operation.
    private static func readResult(
        _ reader: inout JSONReader,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> KeyValueEntry? {
        var entry: KeyValueEntry?
        guard try reader.beginObject(in: bytes) else { return nil }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "KV": entry = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
        return entry
    }
}
