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
