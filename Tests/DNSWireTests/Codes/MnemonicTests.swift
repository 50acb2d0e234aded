// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

struct MnemonicTests {
    @Test(
        arguments: [
            (1, "A"), (28, "AAAA"), (33, "SRV"), (16, "TXT"), (65, "TYPE65"), (0, "TYPE0"), (65535, "TYPE65535"),
        ]
            as [(UInt16, String)]
    )
    func `Mnemonics name record types, with TYPE and a number for unknown ones`(number: UInt16, word: String) {
        #expect(RecordType(rawValue: number).description == word)
        #expect(RecordType(mnemonic: word)?.rawValue == number)
        #expect(RecordType(mnemonic: word.lowercased())?.rawValue == number)
    }

    @Test func `The mnemonic TYPE with the number of a known type is read as that type`() {
        #expect(RecordType(mnemonic: "type33") == .srv)
        #expect(RecordClass(mnemonic: "class1") == .internet)
        #expect(ResponseCode(mnemonic: "rcode3") == .nameError)
        #expect(Opcode(mnemonic: "opcode4") == .notify)
    }

    @Test(
        arguments: ["", "SRVX", "TYPE", "TYPE65536", "TYPE-1", "TYPE+1", "TYPE 1", "TYPE1x", "1", " A"]
    )
    func `Mnemonics that no registry has are refused`(word: String) {
        #expect(RecordType(mnemonic: word) == nil)
    }

    @Test func `Mnemonics name response codes up to twelve bits`() {
        #expect(ResponseCode.nameError.description == "NXDOMAIN")
        #expect(ResponseCode.badVersion.description == "BADVERS")
        #expect(ResponseCode(rawValue: 11).description == "RCODE11")
        #expect(ResponseCode(mnemonic: "servfail") == .serverFailure)
        #expect(ResponseCode(mnemonic: "RCODE4095")?.rawValue == 4095)
        #expect(ResponseCode(mnemonic: "RCODE4096") == nil)
    }

    @Test func `Mnemonics name opcodes up to four bits`() {
        #expect(Opcode.query.description == "QUERY")
        #expect(Opcode(rawValue: 15).description == "OPCODE15")
        #expect(Opcode(mnemonic: "OPCODE16") == nil)
    }

    @Test func `Mnemonics name record classes`() {
        #expect(RecordClass.internet.description == "IN")
        #expect(RecordClass(rawValue: 4096).description == "CLASS4096")
        #expect(RecordClass(mnemonic: "ch") == .chaos)
    }

    @Test func `Mnemonics name message flags in the order of the header`() {
        #expect(MessageFlags(rawValue: 0xffff).description == "qr aa tc rd ra ad cd")
        #expect(MessageFlags(rawValue: 0x8503).mnemonics == ["qr", "aa", "rd"])
        #expect(MessageFlags(rawValue: 0x8503) == [.reply, .authoritative, .recursionDesired])
        #expect(MessageFlags(mnemonic: "TC") == .truncated)
        #expect(MessageFlags(mnemonic: "z") == nil)
        #expect(MessageFlags([]).description.isEmpty)
    }
}
