// SPDX-License-Identifier: Apache-2.0

/// A string inside a document, as the range between its quotes. Its escapes have been checked.
package struct JSONText: Hashable, Sendable {
    /// The offset of the first byte.
    package var start: Int

    /// The offset after the last byte.
    package var end: Int

    /// True if the string contains a backslash, so that its bytes differ from the text.
    package var hasEscapes: Bool

    /// Returns the text.
    ///
    /// Bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD, as in Go. They do not make the document
    /// invalid: Consul accepts any bytes in check outputs and metadata, and one mangled word must not hide a service.
    package func string(in bytes: Span<UInt8>) -> String {
        guard !hasEscapes else { return String(decoding: unescaped(in: bytes), as: UTF8.self) }
        return bytes.extracting(start..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONText {
    /// True if the text is this ASCII word, written without escapes.
    func isEqual(to word: StaticString, in bytes: Span<UInt8>) -> Bool {
        guard !hasEscapes, end &- start == word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount where bytes[start &+ index] != word.utf8Start[index] {
            return false
        }
        return true
    }
}

extension JSONText {
    /// Returns the bytes of the text without escapes, in UTF-8 as far as the document is.
    func unescaped(in bytes: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        // No escape is shorter than the bytes that it represents.
        result.reserveCapacity(end &- start)
        var position = start
        while position < end {
            // Between escapes, plain text ends only at the closing quote.
            let next = bytes.endOfPlainText(from: position)
            bytes.extracting(position..<next).withUnsafeBufferPointer { result.append(contentsOf: $0) }
            position = next
            guard position < end else { break }
            let letter = bytes[position &+ 1]
            if letter == UInt8(ascii: "u") {
                result.append(contentsOf: UTF8.encode(scalar(at: &position, in: bytes)) ?? .init())
            } else {
                result.append(Self.meaning(of: letter))
                position &+= 2
            }
        }
        return result
    }

    private static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// Returns the character of one `\u`, or of two for a character beyond the first 65536.
    private func scalar(at position: inout Int, in bytes: Span<UInt8>) -> Unicode.Scalar {
        let first = codeUnit(at: position, in: bytes)
        position &+= 6
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), position &+ 6 <= end, bytes[position] == UInt8(ascii: "\\"),
            bytes[position &+ 1] == UInt8(ascii: "u")
        else { return "\u{fffd}" }
        let second = codeUnit(at: position, in: bytes)
        // The second escape may be a character of its own; then only the first half is lost.
        guard UTF16.isTrailSurrogate(second) else { return "\u{fffd}" }
        position &+= 6
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private func codeUnit(at position: Int, in bytes: Span<UInt8>) -> UInt16 {
        var unit: UInt16 = 0
        for digit in position &+ 2..<position &+ 6 {
            unit = unit << 4 | (bytes[digit].hexDigitValue ?? 0)
        }
        return unit
    }
}
