// SPDX-License-Identifier: Apache-2.0

extension Span where Element == UInt8 {
    /// Returns the offset of the first byte at or after `start` that ends the plain part of a string: a quote, a
    /// backslash or a control character. Returns the number of bytes if there is none.
    ///
    /// Processes eight bytes at a time, because most bytes of an answer are within strings. A subtraction borrows only
    /// above a byte that matches, and the lowest match counts, so there are no false matches.
    @inline(__always)
    func endOfPlainText(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var position = start
        while position &+ 8 <= count {
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let control = (word &- (ones &* 0x20)) & ~word
            let found = (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | control) & (ones << 7)
            guard found == 0 else { return position &+ (found.trailingZeroBitCount >> 3) }
            position &+= 8
        }
        while position < count, !self[position].endsPlainText {
            position &+= 1
        }
        return position
    }
}

extension UInt8 {
    fileprivate var endsPlainText: Bool {
        self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\") || self < 0x20
    }

    var hexDigitValue: UInt16? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(self &- UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(self &- UInt8(ascii: "A") &+ 10)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(self &- UInt8(ascii: "a") &+ 10)
        default: nil
        }
    }
}
