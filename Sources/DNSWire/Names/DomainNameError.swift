// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason why a text or a list of labels is not a domain name.
public struct DomainNameError: Error, LibraryError, Hashable, Sendable {
    /// The violated rule.
    public var code: Code

    /// The sentence to show to users.
    public var message: String

    static let emptyName = DomainNameError(
        code: .emptyName,
        message: "an empty text is not a domain name; write \".\" for the root"
    )

    static let emptyLabel = DomainNameError(
        code: .emptyLabel,
        message: "a domain name has no empty labels; remove the extra dot, or write \\. for a dot within one"
    )

    static let labelTooLong = DomainNameError(
        code: .labelTooLong,
        message: "a label of a domain name has at most 63 bytes (RFC 1035 section 2.3.4); shorten it"
    )

    static let nameTooLong = DomainNameError(
        code: .nameTooLong,
        message: "a domain name has at most 255 bytes, lengths of labels included (RFC 1035 section 2.3.4); shorten it"
    )

    static let badEscape = DomainNameError(
        code: .badEscape,
        message: "after a backslash there must be three digits up to 255, or one other character (RFC 1035 section 5.1)"
    )
}

extension DomainNameError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

extension DomainNameError {
    /// The rules that a name can break; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Base: String {
            case emptyName, emptyLabel, labelTooLong, nameTooLong, badEscape
        }

        private let base: Base

        /// The text is empty.
        public static let emptyName = Code(base: .emptyName)

        /// A label has no bytes.
        public static let emptyLabel = Code(base: .emptyLabel)

        /// A label has more than 63 bytes.
        public static let labelTooLong = Code(base: .labelTooLong)

        /// The name has more than 255 bytes on the wire.
        public static let nameTooLong = Code(base: .nameTooLong)

        /// A backslash is followed by an invalid escape.
        public static let badEscape = Code(base: .badEscape)

        /// The name of the code.
        public var description: String { base.rawValue }
    }
}
