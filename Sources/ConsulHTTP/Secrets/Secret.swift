// SPDX-License-Identifier: Apache-2.0

/// A text that must not be shown: printing, interpolation, `dump` and `Mirror` show a placeholder only.
struct Secret: Hashable, Sendable {
    /// The text itself, for sending it.
    let text: String

    init(_ text: String) { self.text = text }

    /// True if the text is valid in a header field. The error of a library that refuses an invalid header would quote
    /// the text.
    var isHeaderSafe: Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "<secret>" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
