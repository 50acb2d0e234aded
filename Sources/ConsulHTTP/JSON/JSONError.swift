// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// Why bytes are not the JSON that was wanted, and where reading stopped.
///
/// It never holds any of the bytes: they may be large, and they may be secret.
public struct JSONError: Error, LibraryError, Hashable, Sendable {
    /// What was wanted there.
    public var code: Code

    /// The byte, counted from the start of the document, at which something else was found.
    public var offset: Int

    /// An error at a byte of the document.
    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// What was wanted and the byte, in a sentence.
    public var description: String {
        "unusable JSON at byte \(offset): \(code.explanation)"
    }
}
