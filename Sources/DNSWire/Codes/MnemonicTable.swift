// SPDX-License-Identifier: Apache-2.0

/// The mnemonics of one registry, and the prefix for numbers without a mnemonic, as in `TYPE65` (RFC 3597 section 5).
struct MnemonicTable: Sendable {
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
