// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// A name that DNS cannot carry. No query was sent.
public struct ConsulNameError: Error, LibraryError, Hashable, Sendable {
    /// The rule that the name violates. More may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Base: String {
            case empty, containsDot, notASCII, unusableCharacter, labelTooLong, nameTooLong, keyword
            case underscores
        }

        private let base: Base

        /// The part, or a piece between its dots, has no characters.
        public static let empty = Code(base: .empty)
        /// A dot would make Consul read one part as two.
        public static let containsDot = Code(base: .containsDot)
        /// Consul finds no names outside ASCII over DNS.
        public static let notASCII = Code(base: .notASCII)
        /// A space, a control character, or one of `' @ ; ( ) " \`.
        public static let unusableCharacter = Code(base: .unusableCharacter)
        /// More than 63 bytes, or 62 after an underscore (RFC 1035 section 2.3.4).
        public static let labelTooLong = Code(base: .labelTooLong)
        /// More than 255 bytes altogether.
        public static let nameTooLong = Code(base: .nameTooLong)
        /// A datacenter or another part of the locality that has the name of one of Consul's keywords.
        public static let keyword = Code(base: .keyword)
        /// A tag and a service that begin with underscores: Consul takes the tag for a service (RFC 2782).
        public static let underscores = Code(base: .underscores)

        /// The code's name.
        public var description: String { base.rawValue }
    }

    /// A part of a name.
    public struct Part: Hashable, Sendable, CustomStringConvertible {
        /// The name of the part in messages to users.
        public let description: String

        /// The service.
        public static let service = Part(description: "service name")
        /// The tag.
        public static let tag = Part(description: "tag")
        /// The port.
        public static let port = Part(description: "port name")
        /// The node.
        public static let node = Part(description: "node name")
        /// The prepared query.
        public static let query = Part(description: "prepared query name")
        /// The datacenter.
        public static let datacenter = Part(description: "datacenter")
        /// The namespace.
        public static let namespace = Part(description: "namespace")
        /// The admin partition.
        public static let partition = Part(description: "partition")
        /// The cluster peer.
        public static let peer = Part(description: "peer")
        /// The sameness group.
        public static let samenessGroup = Part(description: "sameness group")
    }

    /// The rule that the name violates.
    public let code: Code

    /// The part that violates it; `nil` if the name as a whole is too long.
    public let part: Part?

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
        "\(part?.description ?? "name") \"\(value)\" \(reason)"
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
        case .underscores:
            "begins with an underscore as the service does, so that Consul would take it for the service (RFC 2782); "
                + "use its HTTP API"
        default: "is a keyword of Consul's DNS names and cannot be looked up there; use its HTTP API"
        }
    }
}
