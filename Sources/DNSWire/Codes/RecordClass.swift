// SPDX-License-Identifier: Apache-2.0

/// The class of a record; DNS as used today has only one (RFC 1035 section 3.2.4).
public struct RecordClass: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public var rawValue: UInt16

    /// Creates a value from its number, known or not.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The Internet.
    @inlinable public static var internet: RecordClass { RecordClass(rawValue: 1) }

    /// Chaosnet; servers answer `version.bind` in this class.
    @inlinable public static var chaos: RecordClass { RecordClass(rawValue: 3) }

    /// Hesiod.
    @inlinable public static var hesiod: RecordClass { RecordClass(rawValue: 4) }

    /// No class (RFC 2136).
    @inlinable public static var none: RecordClass { RecordClass(rawValue: 254) }

    /// Every class, in a question.
    @inlinable public static var any: RecordClass { RecordClass(rawValue: 255) }
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
    public var description: String {
        Self.mnemonics.text(for: rawValue)
    }
}
