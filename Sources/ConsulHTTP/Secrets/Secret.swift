// SPDX-License-Identifier: Apache-2.0

/// A text that must not be shown: printed, interpolated, dumped or mirrored, it says that it is one, and nothing else.
struct Secret: Hashable, Sendable {
    /// The text itself, for where it is needed.
    let text: String

    init(_ text: String) { self.text = text }

    /// Whether it can stand in a header field. What cannot would be quoted in the error of whoever refuses it.
    var isHeaderSafe: Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "<secret>" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
