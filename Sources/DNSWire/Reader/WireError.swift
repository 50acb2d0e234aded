// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason why bytes are not a DNS message, and the byte at which reading stopped.
@usableFromInline
package struct WireError: Error, LibraryError, Hashable, Sendable {
    /// The violated rule.
    @usableFromInline package var code: Code

    /// The offset of the violation, counted from the start of the message.
    @usableFromInline package var offset: Int

    /// Creates an error at a byte of the message.
    @inlinable
    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension WireError: CustomStringConvertible {
    /// One sentence with the rule and the byte.
    @usableFromInline package var description: String {
        "malformed DNS message at byte \(offset): \(code.explanation)"
    }
}

extension WireError {
    /// The rules that a message can break.
    @usableFromInline
    package enum Code: String, Hashable, Sendable {
        /// The message ends within a name, a field or the data of a record.
        case truncated

        /// A compression pointer does not point back to a name that began earlier (RFC 1035 section 4.1.4).
        case badPointer

        /// A name has more than 127 compression pointers.
        case tooManyPointers

        /// A name has more than 255 bytes (RFC 1035 section 2.3.4).
        case nameTooLong

        /// A length byte begins with the bits 01 or 10, which are no longer in use (RFC 6891 section 5).
        case reservedLabelType

        /// The header announces more questions and records than the bytes could hold.
        case countsExceedMessage

        /// The data of a record is longer or shorter than its fields.
        case badRecordLength

        /// There is more than one OPT record (RFC 6891 section 6.1.1).
        case duplicateOPT
    }
}

extension WireError.Code: CustomStringConvertible {
    /// The name of the code.
    @usableFromInline package var description: String {
        rawValue
    }

    fileprivate var explanation: String {
        switch self {
        case .truncated: "the message ends too early"
        case .badPointer: "a compression pointer does not point back to an earlier name"
        case .tooManyPointers: "a name goes through more than 127 compression pointers"
        case .nameTooLong: "a name is longer than 255 bytes"
        case .reservedLabelType: "a label has a reserved type"
        case .countsExceedMessage: "the header announces more records than there are bytes for"
        case .badRecordLength: "the data of a record is longer or shorter than its type allows"
        case .duplicateOPT: "there is more than one OPT record"
        }
    }
}
