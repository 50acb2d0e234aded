// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// Reads an integer exactly: Consul's indexes and flags use all 64 bits, more than a floating-point number holds.
    ///
    /// Fractions and exponents are refused, even `1.0`, as in Go.
    package mutating func readInteger<Value: FixedWidthInteger>(
        _: Value.Type = Value.self,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> Value {
        let first = try peek(in: bytes)
        let start = offset
        guard first == UInt8(ascii: "-") || first.isDigit else { throw JSONError(.expectedInteger, at: start) }
        guard try skipNumber(in: bytes) else { throw JSONError(.expectedInteger, at: start) }
        let isNegative = first == UInt8(ascii: "-")
        guard let magnitude = Self.magnitude(of: isNegative ? start &+ 1..<offset : start..<offset, in: bytes),
            let value = isNegative ? Value(negating: magnitude) : Value(exactly: magnitude)
        else { throw JSONError(.integerOutOfRange, at: start) }
        return value
    }

    /// Reads a number as the nearest floating-point number.
    package mutating func readNumber(in bytes: Span<UInt8>) throws(JSONError) -> Double {
        let first = try peek(in: bytes)
        let start = offset
        guard first == UInt8(ascii: "-") || first.isDigit else { throw JSONError(.badNumber, at: start) }
        _ = try skipNumber(in: bytes)
        let text = bytes.extracting(start..<offset).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        // Every number of RFC 8259 is one that Swift reads; too large ones are infinite.
        guard let value = Double(text) else { throw JSONError(.badNumber, at: start) }
        return value
    }

    private static func magnitude(of digits: Range<Int>, in bytes: Span<UInt8>) -> UInt64? {
        var magnitude: UInt64 = 0
        for position in digits {
            let (tens, isTooLarge) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeNow) = tens.addingReportingOverflow(UInt64(bytes[position] &- UInt8(ascii: "0")))
            guard !isTooLarge, !isTooLargeNow else { return nil }
            magnitude = sum
        }
        return magnitude
    }

    /// Skips a number in the format of RFC 8259 section 6; returns `true` if it is an integer.
    mutating func skipNumber(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        let start = offset
        if byte(in: bytes) == UInt8(ascii: "-") { offset &+= 1 }
        if byte(in: bytes) == UInt8(ascii: "0") {
            offset &+= 1
            // A leading zero, as in octal numbers of other languages, is not allowed.
            guard byte(in: bytes)?.isDigit != true else { throw JSONError(.badNumber, at: start) }
        } else {
            try skipDigits(of: start, in: bytes)
        }
        var isInteger = true
        if byte(in: bytes) == UInt8(ascii: ".") {
            isInteger = false
            offset &+= 1
            try skipDigits(of: start, in: bytes)
        }
        if byte(in: bytes) == UInt8(ascii: "e") || byte(in: bytes) == UInt8(ascii: "E") {
            isInteger = false
            offset &+= 1
            if byte(in: bytes) == UInt8(ascii: "+") || byte(in: bytes) == UInt8(ascii: "-") { offset &+= 1 }
            try skipDigits(of: start, in: bytes)
        }
        return isInteger
    }

    private mutating func skipDigits(of number: Int, in bytes: Span<UInt8>) throws(JSONError) {
        guard let first = byte(in: bytes) else { throw JSONError(.truncated, at: offset) }
        guard first.isDigit else { throw JSONError(.badNumber, at: number) }
        while byte(in: bytes)?.isDigit == true {
            offset &+= 1
        }
    }

    private func byte(in bytes: Span<UInt8>) -> UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension FixedWidthInteger {
    /// Creates the negative integer of this magnitude, if it is in range: the smallest integer has no positive
    /// counterpart.
    fileprivate init?(negating magnitude: UInt64) {
        let (value, isOutOfRange) = Self.zero.subtractingReportingOverflow(Self(truncatingIfNeeded: magnitude))
        guard !isOutOfRange || value == Self.min, value.magnitude == magnitude else { return nil }
        self = value
    }
}
