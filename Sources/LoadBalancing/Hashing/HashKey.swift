// SPDX-License-Identifier: Apache-2.0

/// The subject of a request: requests with one key go to one endpoint, as long as it is there and healthy.
///
/// Use what the endpoint keeps data for, such as a customer, a session or the key in a cache. The same value makes the
/// same key in every process and on every machine, so all clients that see the same endpoints send it to the same one.
///
/// ```swift
/// let key: HashKey = "customer-4711"
/// let another = HashKey(order.number)
/// let options = PickOptions(key: user.name)
/// ```
///
/// ``PickOptions`` turns a text into a key by itself.
///
/// Only a hash of 64 bits is kept: two keys may be equal although what they were made of is not. The only effect is
/// that such keys go to the same endpoint.
public struct HashKey: Hashable, Sendable {
    /// XXH64 with seed 0, as any library of that name computes it.
    package let value: UInt64

    /// Creates the key of a text, from its UTF-8 as it stands: texts that differ in Unicode normalization have
    /// different keys.
    public init(_ text: some StringProtocol) {
        self.init(bytes: text.utf8)
    }

    /// Creates the key of some bytes. The bytes of a text in UTF-8 make the same key as the text.
    public init(bytes: some Sequence<UInt8>) {
        value =
            bytes.withContiguousStorageIfAvailable { StableHash.xxh64($0.span) }
            ?? StableHash.xxh64(Array(bytes).span)
    }

    /// Creates the key of a number, from its eight bytes, lowest first, whatever the width of its type. `5 as UInt8`
    /// and `5 as Int` are the same key. Only numbers that do not fit into 64 bits have more bytes.
    public init(_ number: some FixedWidthInteger) {
        if let bits = Int64(exactly: number).map(UInt64.init(bitPattern:)) ?? UInt64(exactly: number) {
            self.init(littleEndian: bits)
        } else {
            self.init(
                bytes: number.words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 &* 8)) } }
            )
        }
    }

    /// Hashes eight bytes without an allocation, as are texts that are stored as UTF-8.
    private init(littleEndian word: UInt64) {
        value = withUnsafeBytes(of: word.littleEndian) { StableHash.xxh64($0.bindMemory(to: UInt8.self).span) }
    }
}

extension HashKey: ExpressibleByStringLiteral {
    /// Creates the key of a text.
    public init(stringLiteral text: String) {
        self.init(text)
    }
}
