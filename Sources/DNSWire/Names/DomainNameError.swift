// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason why a text or a list of labels is not a domain name.
public struct DomainNameError: Error, MessageError, Hashable, Sendable {
    /// The rules that a name can break.
    package enum Code {
        /// The text is empty.
        case emptyName
        /// A label has no bytes.
        case emptyLabel
        /// A label has more than 63 bytes.
        case labelTooLong
        /// The name has more than 255 bytes on the wire.
        case nameTooLong
        /// A backslash is followed by an invalid escape.
        case badEscape
    }

    /// The violated rule.
    package var code: Code

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
