// SPDX-License-Identifier: Apache-2.0

/// A string inside a document, by where it stands between its quotes. Its escapes have been checked.
package struct JSONText: Hashable, Sendable {
    /// The offset of the first byte.
    package var start: Int

    /// The offset behind the last byte.
    package var end: Int

    /// Whether there is a backslash, so that the bytes are not the text itself.
    package var hasEscapes: Bool

    /// The text.
    ///
    /// Bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD, as in Go. They do not make the document
    /// invalid: Consul takes check outputs and metadata from anybody, and one mangled word must not hide a service.
    package func string(in bytes: Span<UInt8>) -> String {
        guard !hasEscapes else { return String(decoding: unescaped(in: bytes), as: UTF8.self) }
        return bytes.extracting(start..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONText {
    /// Whether the text is this ASCII word, written without escapes.
    func isEqual(to word: StaticString, in bytes: Span<UInt8>) -> Bool {
        guard !hasEscapes, end &- start == word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount where bytes[start &+ index] != word.utf8Start[index] {
            return false
        }
        return true
    }
}
