// SPDX-License-Identifier: Apache-2.0

/// The class of a record; DNS as used today has only one (RFC 1035 section 3.2.4).
@usableFromInline
package struct RecordClass: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    @usableFromInline package var rawValue: UInt16

    /// Creates a value from its number, known or not.
    @inlinable
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The Internet.
    @inlinable package static var internet: RecordClass { RecordClass(rawValue: 1) }

    /// Chaosnet; servers answer `version.bind` in this class.
    @inlinable package static var chaos: RecordClass { RecordClass(rawValue: 3) }
}

extension RecordClass: MnemonicCode {
    @usableFromInline package static let mnemonics = MnemonicTable(
        prefix: "CLASS",
        largest: .max,
        words: [
            (1, "IN"), (3, "CH"), (4, "HS"), (254, "NONE"), (255, "ANY"),
        ]
    )
}
