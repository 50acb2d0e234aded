// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// The reason that bytes are not the expected JSON, and the offset at which reading stopped.
///
/// The error contains no bytes of the document: they may be large, and they may be secret.
package struct JSONError: Error, LibraryError, Hashable, Sendable {
    /// The kind of error.
    package var code: Code

    /// The offset of the offending byte, from the start of the document.
    package var offset: Int

    /// Creates an error at a byte of the document.
    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// The kind of error and the offset, in a sentence.
    package var description: String {
        "unusable JSON at byte \(offset): \(code.explanation)"
    }
}

extension JSONError {
    /// The kinds of errors in a document.
    package enum Code: Hashable, Sendable {
        /// The document ends within a value.
        case truncated
        /// The document is followed by more than white space.
        case trailingBytes
        /// Arrays and objects are nested more than 64 deep.
        case tooDeep
        /// No value begins with this byte. A byte order mark is not allowed either (RFC 8259 section 8.1).
        case expectedValue
        /// Expected an object or null.
        case expectedObject
        /// Expected an array or null.
        case expectedArray
        /// Expected a string.
        case expectedString
        /// Expected an integer: digits only, without a fraction or an exponent.
        case expectedInteger
        /// Expected `true` or `false`.
        case expectedBool
        /// Expected a duration in Go's format, such as `1m30s`.
        case expectedDuration
        /// Expected Base64 with padding (RFC 4648 section 4).
        case expectedBase64
        /// Expected the key of a member.
        case expectedKey
        /// Expected a colon after a key.
        case expectedColon
        /// Expected a comma after a member or an element, or the end of its object or array.
        case expectedCommaOrEnd
        /// A string contains a control character that is not escaped.
        case controlCharacter
        /// A backslash is followed by a character that it cannot escape.
        case badEscape
        /// A number is not in the format of JSON.
        case badNumber
        /// An integer is out of range for its type.
        case integerOutOfRange
    }
}

extension JSONError.Code {
    fileprivate var explanation: String {
        switch self {
        case .truncated: "the document ends too early"
        case .trailingBytes: "the document is followed by more data"
        case .tooDeep: "arrays and objects nested more than \(JSONReader.deepest) deep"
        case .expectedValue: "expected a value"
        case .expectedObject: "expected an object"
        case .expectedArray: "expected an array"
        case .expectedString: "expected a string"
        case .expectedInteger: "expected an integer"
        case .expectedBool: "expected true or false"
        case .expectedDuration: "expected a duration such as 1m30s"
        case .expectedBase64: "expected Base64 with padding"
        case .expectedKey: "expected a key"
        case .expectedColon: "expected a colon"
        case .expectedCommaOrEnd: "expected a comma, or the end of an object or array"
        case .controlCharacter: "a control character within a string"
        case .badEscape: "an invalid escape sequence"
        case .badNumber: "an invalid number"
        case .integerOutOfRange: "an integer out of range"
        }
    }
}
