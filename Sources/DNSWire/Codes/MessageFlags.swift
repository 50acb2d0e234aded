// SPDX-License-Identifier: Apache-2.0

/// The one-bit fields of a message header, in their positions in its third and fourth byte (RFC 1035 section 4.1.1).
package struct MessageFlags: OptionSet, Hashable, Sendable {
    /// The sixteen bits after the message's ID, with those of the opcode and the response code cleared.
    package var rawValue: UInt16

    /// Creates flags from the sixteen bits after the message's ID; other bits are cleared.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue & 0x87b0
    }

    /// QR: a reply, not a query.
    package static var reply: MessageFlags { MessageFlags(rawValue: 0x8000) }

    /// AA: the server has authority over the name.
    package static var authoritative: MessageFlags { MessageFlags(rawValue: 0x0400) }

    /// TC: records were left out. Consul also leaves records out without setting TC.
    package static var truncated: MessageFlags { MessageFlags(rawValue: 0x0200) }

    /// RD: the query asks for recursion.
    package static var recursionDesired: MessageFlags { MessageFlags(rawValue: 0x0100) }

    /// RA: the server offers recursion. Consul sets it if it has recursors.
    package static var recursionAvailable: MessageFlags { MessageFlags(rawValue: 0x0080) }

    /// AD: the server has verified the data (RFC 4035 section 3.2.3).
    package static var authenticData: MessageFlags { MessageFlags(rawValue: 0x0020) }

    /// CD: the query asks for data without verification (RFC 4035 section 3.2.2).
    package static var checkingDisabled: MessageFlags { MessageFlags(rawValue: 0x0010) }
}

extension MessageFlags: CustomStringConvertible {
    private static let words: [(flag: MessageFlags, word: String)] = [
        (.reply, "qr"), (.authoritative, "aa"), (.truncated, "tc"), (.recursionDesired, "rd"),
        (.recursionAvailable, "ra"), (.authenticData, "ad"), (.checkingDisabled, "cd"),
    ]

    /// Parses one flag from its two letters in any case; nil for other text.
    package init?(mnemonic: String) {
        let word = mnemonic.lowercased()
        guard let flag = Self.words.first(where: { $0.word == word })?.flag else { return nil }
        self = flag
    }

    /// The two letters of every flag that is set, in the order of the header, as `dig` lists them.
    package var mnemonics: [String] {
        Self.words.filter { contains($0.flag) }.map(\.word)
    }

    /// The flags that are set, separated by spaces: `qr aa rd`.
    package var description: String {
        mnemonics.joined(separator: " ")
    }
}
