// SPDX-License-Identifier: Apache-2.0

/// The key of a member, with its letters in three words, so that a `switch` over names compares words and creates no
/// strings.
///
/// Case is ignored, as in Go: a service's tagged addresses have `Address` in one version of Consul and `address` in
/// another.
package struct JSONKey: Sendable {
    /// The position of the key in the document.
    package let text: JSONText
    private let letters: FoldedLetters

    @inline(__always)
    init(_ text: JSONText, in bytes: Span<UInt8>) {
        self.text = text
        letters =
            text.hasEscapes
            ? FoldedLetters(text.unescaped(in: bytes)) : FoldedLetters(text.start..<text.end, in: bytes)
    }

    /// True if the key equals the name in any case. The name must consist of at most 24 ASCII letters.
    @inline(__always)
    package static func ~= (name: StaticString, key: JSONKey) -> Bool {
        // Nearly all comparisons end with the lengths, without a call.
        name.utf8CodeUnitCount == key.letters.count && key.letters == FoldedLetters(name)
    }
}

/// Up to 24 bytes in three words, with the bit set in each byte that distinguishes upper from lower case.
///
/// Setting that bit makes a letter equal only to its other case. Hence two values are equal if and only if the words
/// match, provided that one of them consists of letters. Consul's names have at most 24 letters; longer keys equal no
/// name.
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

    /// Creates the value for a name in the source code.
    @inline(__always)
    init(_ name: StaticString) {
        count = name.utf8CodeUnitCount
        assert(count <= Self.capacity, "no key would equal a name that long")
        first = Self.word(from: 0, of: name)
        if count > 8 { second = Self.word(from: 8, of: name) }
        if count > 16 { third = Self.word(from: 16, of: name) }
    }

    /// Returns at most eight bytes, in little-endian order.
    @inline(__always)
    private static func word(from start: Int, to end: Int, in bytes: Span<UInt8>) -> UInt64 {
        guard start &+ 8 <= bytes.count else { return slowWord(from: start, to: end, in: bytes) }
        let word = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        let spare = max(0, 8 &- (end &- start))
        // For an empty key, the shift by 64 bits yields zero.
        return (word | caseBits) & (UInt64.max >> UInt64(spare &* 8))
    }

    /// The same for a key within the last eight bytes of the document.
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
