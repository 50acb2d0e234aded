// SPDX-License-Identifier: Apache-2.0

/// The kind of a query, four bits (RFC 1035 section 4.1.1).
package struct Opcode: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    package var rawValue: UInt8

    /// Creates a value from its number, known or not.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A standard query.
    package static var query: Opcode { Opcode(rawValue: 0) }

    /// An inverse query, obsolete (RFC 3425).
    package static var inverseQuery: Opcode { Opcode(rawValue: 1) }

    /// A request for the status of the server.
    package static var status: Opcode { Opcode(rawValue: 2) }

    /// A notification that a zone has changed (RFC 1996).
    package static var notify: Opcode { Opcode(rawValue: 4) }

    /// A dynamic update (RFC 2136).
    package static var update: Opcode { Opcode(rawValue: 5) }
}

extension Opcode: MnemonicCode {
    package static let mnemonics = MnemonicTable(
        prefix: "OPCODE",
        largest: 15,
        words: [
            (0, "QUERY"), (1, "IQUERY"), (2, "STATUS"), (4, "NOTIFY"), (5, "UPDATE"),
        ]
    )
}
