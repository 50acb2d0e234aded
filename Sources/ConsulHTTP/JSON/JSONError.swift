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

extension JSONError {
    /// The kinds of errors in a document; more may be added.
    public struct Code: Hashable, Sendable {
        private enum Base: UInt8 {
            case truncated, trailingBytes, tooDeep
            case expectedValue, expectedObject, expectedArray, expectedString, expectedInteger, expectedBool
            case expectedDuration
            case expectedKey, expectedColon, expectedCommaOrEnd
            case controlCharacter, badEscape, badNumber, integerOutOfRange
        }

        private let base: Base

        /// The document ends within a value.
        public static var truncated: Code { Code(base: .truncated) }

        /// The document is followed by more than white space.
        public static var trailingBytes: Code { Code(base: .trailingBytes) }

        /// Arrays and objects are nested more than 64 deep.
        public static var tooDeep: Code { Code(base: .tooDeep) }

        /// No value begins with this byte. A byte order mark is not allowed either (RFC 8259 section 8.1).
        public static var expectedValue: Code { Code(base: .expectedValue) }

        /// Expected an object or null.
        public static var expectedObject: Code { Code(base: .expectedObject) }

        /// Expected an array or null.
        public static var expectedArray: Code { Code(base: .expectedArray) }

        /// Expected a string.
        public static var expectedString: Code { Code(base: .expectedString) }

        /// Expected an integer: digits only, without a fraction or an exponent.
        public static var expectedInteger: Code { Code(base: .expectedInteger) }

        /// Expected `true` or `false`.
        public static var expectedBool: Code { Code(base: .expectedBool) }

        /// Expected a duration in Go's format, such as `1m30s`.
        public static var expectedDuration: Code { Code(base: .expectedDuration) }

        /// Expected the key of a member.
        public static var expectedKey: Code { Code(base: .expectedKey) }

        /// Expected a colon after a key.
        public static var expectedColon: Code { Code(base: .expectedColon) }

        /// Expected a comma after a member or an element, or the end of its object or array.
        public static var expectedCommaOrEnd: Code { Code(base: .expectedCommaOrEnd) }

        /// A string contains a control character that is not escaped.
        public static var controlCharacter: Code { Code(base: .controlCharacter) }

        /// A backslash is followed by a character that it cannot escape.
        public static var badEscape: Code { Code(base: .badEscape) }

        /// A number is not in the format of JSON.
        public static var badNumber: Code { Code(base: .badNumber) }

        /// An integer is out of range for its type.
        public static var integerOutOfRange: Code { Code(base: .integerOutOfRange) }
    }
}

extension JSONError.Code: CustomStringConvertible {
    /// The name of the code.
    public var description: String {
        "\(base)"
    }

    var explanation: String {
        switch base {
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
