// SPDX-License-Identifier: Apache-2.0

/// Up to 24 bytes, with the bit set in each that tells the cases of a letter apart.
///
/// That bit makes nothing equal to a letter but its other case, so two of these are equal if and only if the words are,
/// as long as one of them consists of letters. No name of Consul's has more than 24; longer keys equal no name.
struct FoldedLetters: Equatable, Sendable {
    private static let capacity = 24
    private static let caseBits: UInt64 = 0x2020_2020_2020_2020

    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    let count: Int

    @inline(__always)
    init(_ range: Range<Int>, in bytes: Span<UInt8>) {
        count = range.count
        guard count <= Self.capacity else { return }
        first = Self.word(from: range.lowerBound, to: range.upperBound, in: bytes)
        if count > 8 { second = Self.word(from: range.lowerBound &+ 8, to: range.upperBound, in: bytes) }
        if count > 16 { third = Self.word(from: range.lowerBound &+ 16, to: range.upperBound, in: bytes) }
    }

    init(_ bytes: [UInt8]) {
        self.init(bytes.indices, in: bytes.span)
    }

    /// A name in the source.
    @inline(__always)
    init(_ name: StaticString) {
        count = name.utf8CodeUnitCount
        assert(count <= Self.capacity, "no key would equal a name that long")
        first = Self.word(from: 0, of: name)
        if count > 8 { second = Self.word(from: 8, of: name) }
        if count > 16 { third = Self.word(from: 16, of: name) }
    }

    /// At most eight bytes, in the order of a little-endian machine.
    @inline(__always)
    private static func word(from start: Int, to end: Int, in bytes: Span<UInt8>) -> UInt64 {
        guard start &+ 8 <= bytes.count else { return slowWord(from: start, to: end, in: bytes) }
        let word = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        let spare = max(0, 8 &- (end &- start))
        // A shift by all 64 bits, for an empty key, leaves nothing.
        return (word | caseBits) & (UInt64.max >> UInt64(spare &* 8))
    }

    /// The same where the document ends within eight bytes.
    private static func slowWord(from start: Int, to end: Int, in bytes: Span<UInt8>) -> UInt64 {
        var word: UInt64 = 0
        for index in start..<min(start &+ 8, end) {
            word |= UInt64(bytes[index] | 0x20) << UInt64((index &- start) &* 8)
        }
        return word
    }

    @inline(__always)
    private static func word(from start: Int, of name: StaticString) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<8 where start &+ index < name.utf8CodeUnitCount {
            word |= UInt64(name.utf8Start[start &+ index] | 0x20) << UInt64(index &* 8)
        }
        return word
    }
}
