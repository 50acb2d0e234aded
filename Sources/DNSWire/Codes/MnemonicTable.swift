// SPDX-License-Identifier: Apache-2.0

/// The mnemonics of one registry, and the prefix for numbers without a mnemonic, as in `TYPE65` (RFC 3597 section 5).
@usableFromInline
package struct MnemonicTable: Sendable {
    let prefix: String
    let largest: UInt16
    let words: [(number: UInt16, word: String)]

    func text(for number: UInt16) -> String {
        words.first { $0.number == number }?.word ?? "\(prefix)\(number)"
    }

    func number(for text: String) -> UInt16? {
        let text = text.uppercased()
        if let number = words.first(where: { $0.word == text })?.number { return number }
        guard text.hasPrefix(prefix) else { return nil }
        let digits = text.dropFirst(prefix.count)
        // `UInt16.init` would also accept a sign.
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return UInt16(digits).flatMap { $0 <= largest ? $0 : nil }
    }
}

/// A code with a registry of mnemonics.
@usableFromInline
package protocol MnemonicCode: RawRepresentable, CustomStringConvertible
where RawValue: FixedWidthInteger & UnsignedInteger {
    static var mnemonics: MnemonicTable { get }
}

extension MnemonicCode {
    /// Parses a mnemonic, or the prefix of the registry and a number, in any case; `nil` for other text.
    package init?(mnemonic: String) {
        guard let number = Self.mnemonics.number(for: mnemonic) else { return nil }
        self.init(rawValue: RawValue(number))
    }

    /// The mnemonic, or the prefix and the number if there is none.
    public var description: String {
        Self.mnemonics.text(for: UInt16(rawValue))
    }
}
