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

extension RecordClass: CustomStringConvertible {
    private static let mnemonics = MnemonicTable(
        prefix: "CLASS",
        largest: .max,
        words: [
            (1, "IN"), (3, "CH"), (4, "HS"), (254, "NONE"), (255, "ANY"),
        ]
    )

    /// Parses a mnemonic or `CLASS` and a number, in any case; nil for other text.
    package init?(mnemonic: String) {
        guard let number = Self.mnemonics.number(for: mnemonic) else { return nil }
        self.init(rawValue: number)
    }

    /// The mnemonic, or `CLASS` and the number if there is none.
    @usableFromInline package var description: String {
        Self.mnemonics.text(for: rawValue)
    }
}
