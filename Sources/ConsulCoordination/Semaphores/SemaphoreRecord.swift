// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP

/// The value of a semaphore's key `PREFIX/.lock`: the limit, and the sessions that hold its slots. The format is that of
/// Consul's Go client: `{"Limit":2,"Holders":{"SESSION":true}}`.
///
/// A session in it holds a slot only while it also holds its key `PREFIX/SESSION`.
package struct SemaphoreRecord: Hashable, Sendable {
    /// The flags by which the Go client and `consul lock -n` mark the keys of a semaphore.
    package static let flags: UInt64 = 0xe0f6_9a2b_aa41_4de0

    /// The number of slots.
    package var limit: Int

    /// The ids of the sessions that hold slots.
    package var holders: Set<String>

    package init(limit: Int, holders: Set<String> = []) {
        (self.limit, self.holders) = (limit, holders)
    }

    /// Returns the key of a semaphore's record.
    package static func key(of prefix: String) -> String { "\(prefix)/.lock" }

    /// Returns the key by which a session shows that it exists.
    package static func contenderKey(of session: String, under prefix: String) -> String { "\(prefix)/\(session)" }

    /// The record as it is stored. Holders are sorted, as the Go client does.
    package var stored: [UInt8] {
        var members: JSON.Members = [:]
        members.list = holders.sorted().map { ($0, true) }
        let object: JSON = .object(["Limit": .integer(limit), "Holders": .object(members)])
        return Array(object.description.utf8)
    }

    /// Returns the record without the holders that are gone.
    ///
    /// - Parameter entries: The entries under the prefix.
    func pruned(by entries: [KeyValueEntry]) -> SemaphoreRecord {
        SemaphoreRecord(limit: limit, holders: holders.intersection(entries.compactMap(\.session)))
    }
}

extension SemaphoreRecord: JSONReadable {
    /// Reads an entry.
    ///
    /// - Throws: `JSONError` if its value is no record.
    package init(_ entry: KeyValueEntry) throws(JSONError) {
        self = try JSONReader.decode(SemaphoreRecord.self, from: entry.value.span)
    }

    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init(limit: 0)
        guard try reader.beginObject(in: bytes) else { throw JSONError(.expectedObject, at: reader.offset) }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Limit": limit = try reader.read(in: bytes)
            // Go asks only whether the map has the session.
            case "Holders": holders = Set(try reader.read([String: Bool].self, in: bytes).keys)
            default: try reader.skipValue(in: bytes)
            }
        }
        guard limit > 0 else { throw JSONError(.expectedInteger, at: reader.offset) }
    }
}
