// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// A name that DNS cannot carry. No query was sent.
public struct ConsulNameError: Error, LibraryError, Hashable, Sendable {
    /// The rules that a name can violate.
    package enum Code {
        /// The part, or a piece between its dots, has no characters.
        case empty
        /// A dot would make Consul read one part as two.
        case containsDot
        /// Consul finds no names outside ASCII over DNS.
        case notASCII
        /// A space, a control character, or one of `' @ ; ( ) " \`.
        case unusableCharacter
        /// More than 63 bytes, or 62 after an underscore (RFC 1035 section 2.3.4).
        case labelTooLong
        /// More than 255 bytes altogether.
        case nameTooLong
        /// A datacenter or another part of the locality that has the name of one of Consul's keywords.
        case keyword
        /// A tag and a service that begin with underscores, or the first and the last part of a prepared query's name:
        /// Consul takes the first for another service or query (RFC 2782).
        case underscores
    }

    /// The parts of a name, as messages call them.
    package enum Part: String {
        case service = "service name"
        case tag
        case port = "port name"
        case node = "node name"
        case query = "prepared query name"
        case datacenter
        case namespace
        case partition
        case peer
        case samenessGroup = "sameness group"
    }

    /// The rule that the name violates.
    package let code: Code

    /// The part that violates it; `nil` if the name as a whole is too long.
    package let part: Part?

    /// The rejected text.
    public let value: String

    init(_ code: Code, part: Part?, value: String) {
        self.code = code
        self.part = part
        self.value = value
    }
}

extension ConsulNameError: CustomStringConvertible {
    /// One sentence for users, with the remedy.
    public var description: String {
        "\(part?.rawValue ?? "name") \"\(value)\" \(reason)"
    }

    private var reason: String {
        switch code {
        case .empty: "is empty or has an empty part"
        case .containsDot: "contains a dot, which DNS takes for the end of a label; use Consul's HTTP API for it"
        case .notASCII: "is not ASCII, which Consul cannot look up over DNS; use its HTTP API"
        case .unusableCharacter:
            "contains a space, a control character or one of ' @ ; ( ) \" \\, which Consul cannot look up over DNS; "
                + "use its HTTP API"
        case .labelTooLong: "is longer than a DNS label may be (63 bytes, 62 after an underscore)"
        case .nameTooLong: "makes a name longer than the 255 bytes that DNS allows"
        case .underscores where part == .query:
            "begins with an underscore as its last part does, so that Consul would take it for another query (RFC "
                + "2782); use its HTTP API"
        case .underscores:
            "begins with an underscore as the service does, so that Consul would take it for the service (RFC 2782); "
                + "use its HTTP API"
        case .keyword: "is a keyword of Consul's DNS names and cannot be looked up there; use its HTTP API"
        }
    }
}
