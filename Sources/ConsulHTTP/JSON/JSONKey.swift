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
