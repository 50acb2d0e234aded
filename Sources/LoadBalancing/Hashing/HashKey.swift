// SPDX-License-Identifier: Apache-2.0

/// What a request is about: requests with one key go to one endpoint, as long as it is there and healthy.
///
/// Take what the endpoint keeps something for, such as a customer, a session or the key in a cache. The same key is the
/// same in every process and on every machine, so all clients that see the same endpoints send it to the same one.
///
/// ```swift
/// let key: HashKey = "customer-4711"
/// let another = HashKey(order.number)
/// let options = PickOptions(key: user.name)
/// ```
///
/// Texts, numbers and bytes become keys in ``PickOptions`` by themselves.
///
/// Only a hash of 64 bits is kept: two keys may be equal although what they were made of is not. Such keys go to the same
/// endpoint, which is all that follows.
public struct HashKey: Hashable, Sendable {
    /// XXH64 with seed 0, as any library of that name computes it.
    package let value: UInt64

    /// The key of a text: of its UTF-8 as it stands, so texts that differ in Unicode normalisation are different keys.
    public init(_ text: some StringProtocol) {
        self.init(bytes: text.utf8)
    }

    /// The key of some bytes. The bytes of a text in UTF-8 make the same key as the text.
    public init(bytes: some Sequence<UInt8>) {
        value =
            bytes.withContiguousStorageIfAvailable { StableHash.xxh64($0.span) }
            ?? StableHash.xxh64(Array(bytes).span)
    }

    /// The key of a number: of its eight bytes, lowest first, whatever the width of its type. `5 as UInt8` and `5 as Int`
    /// are the same key. Only numbers that do not fit into 64 bits have more bytes.
    public init(_ number: some FixedWidthInteger) {
        if let bits = Int64(exactly: number).map(UInt64.init(bitPattern:)) ?? UInt64(exactly: number) {
            self.init(littleEndian: bits)
        } else {
            self.init(
                bytes: number.words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 &* 8)) } }
            )
        }
    }

    /// Without an allocation, as are texts that are stored as UTF-8.
    private init(littleEndian word: UInt64) {
        value = withUnsafeBytes(of: word.littleEndian) { StableHash.xxh64($0.bindMemory(to: UInt8.self).span) }
    }
}

extension HashKey: ExpressibleByStringLiteral {
    /// The key of a text.
    public init(stringLiteral text: String) {
        self.init(text)
    }
}
