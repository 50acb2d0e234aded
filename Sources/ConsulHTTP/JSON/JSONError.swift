// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason that bytes are not the expected JSON, and the offset at which reading stopped.
///
/// The error contains no bytes of the document: they may be large, and they may be secret.
public struct JSONError: Error, LibraryError, Hashable, Sendable {
    /// The kind of error.
    public var code: Code

    /// The offset of the offending byte, from the start of the document.
    public var offset: Int

    /// Creates an error at a byte of the document.
    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// The kind of error and the offset, in a sentence.
    public var description: String {
        "unusable JSON at byte \(offset): \(code.explanation)"
    }
}
