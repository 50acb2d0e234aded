// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP

/// An entry of Consul's key/value store.
public struct KeyValueEntry: Hashable, Sendable {
    /// The key.
    public var key: String

    /// The value; empty if Consul stores none.
    public var value: [UInt8]

    /// A number for the program that writes the entry; Consul only stores it. All 64 bits are used: the Go client marks
    /// semaphores with a number above `Int64.max`.
    public var flags: UInt64

    /// The session that holds the entry as a lock; `nil` if none does.
    public var session: String?

    /// The index at which the entry was created.
    public var createIndex: UInt64

    /// The index of the last change, for check-and-set. It is an index of Consul's log, and so it also grows when the
    /// key is deleted and created again.
    public var modifyIndex: UInt64

    /// The number of times that the entry was acquired as a lock. It begins again at 1 after a deletion, and any write
    /// without a session sets it to 0, so it is no fencing token.
    package var lockIndex: UInt64

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The value.
    ///   - flags: The number for the program. Default 0.
    package init(key: String, value: [UInt8], flags: UInt64 = 0) {
        (self.key, self.value, self.flags) = (key, value, flags)
        (createIndex, modifyIndex, lockIndex) = (0, 0, 0)
    }

    /// The value as text; `nil` if it is not UTF-8.
    public var text: String? { String(validating: value, as: UTF8.self) }
}

extension KeyValueEntry: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init(key: "", value: [])
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Key": self.key = try reader.read(in: bytes)
            case "Value": value = try reader.readBase64(in: bytes)
            case "Flags": flags = try reader.read(in: bytes)
            // Absent while no session holds the entry.
            case "Session": session = try reader.readNonEmpty(in: bytes)
            case "CreateIndex": createIndex = try reader.read(in: bytes)
            case "ModifyIndex": modifyIndex = try reader.read(in: bytes)
            case "LockIndex": lockIndex = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
