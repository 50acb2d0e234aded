// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@Suite("The mnemonics of DNS")
struct MnemonicTests {
    @Test(
        "name record types, numbers standing in for unknown ones",
        arguments: [
            (1, "A"), (28, "AAAA"), (33, "SRV"), (16, "TXT"), (65, "TYPE65"), (0, "TYPE0"), (65535, "TYPE65535"),
        ]
            as [(UInt16, String)]
    )
    func types(number: UInt16, word: String) {
        #expect(RecordType(rawValue: number).description == word)
        #expect(RecordType(mnemonic: word)?.rawValue == number)
        #expect(RecordType(mnemonic: word.lowercased())?.rawValue == number)
    }

    @Test("read the number of a known type as that type")
    func numericForm() {
        #expect(RecordType(mnemonic: "type33") == .srv)
        #expect(RecordClass(mnemonic: "class1") == .internet)
        #expect(ResponseCode(mnemonic: "rcode3") == .nameError)
        #expect(Opcode(mnemonic: "opcode4") == .notify)
    }

    @Test(
        "are refused where no registry has them",
        arguments: ["", "SRVX", "TYPE", "TYPE65536", "TYPE-1", "TYPE+1", "TYPE 1", "TYPE1x", "1", " A"]
    )
    func refusal(word: String) {
        #expect(RecordType(mnemonic: word) == nil)
    }

    @Test("name response codes up to twelve bits")
    func responseCodes() {
        #expect(ResponseCode.nameError.description == "NXDOMAIN")
        #expect(ResponseCode.badVersion.description == "BADVERS")
        #expect(ResponseCode(rawValue: 11).description == "RCODE11")
        #expect(ResponseCode(mnemonic: "servfail") == .serverFailure)
        #expect(ResponseCode(mnemonic: "RCODE4095")?.rawValue == 4095)
        #expect(ResponseCode(mnemonic: "RCODE4096") == nil)
    }

    @Test("name opcodes up to four bits")
    func opcodes() {
        #expect(Opcode.query.description == "QUERY")
        #expect(Opcode(rawValue: 15).description == "OPCODE15")
        #expect(Opcode(mnemonic: "OPCODE16") == nil)
    }

    @Test("name classes")
    func classes() {
        #expect(RecordClass.internet.description == "IN")
        #expect(RecordClass(rawValue: 4096).description == "CLASS4096")
        #expect(RecordClass(mnemonic: "ch") == .chaos)
    }

    @Test("name flags in the order of the header")
    func flags() {
        #expect(MessageFlags(rawValue: 0xffff).description == "qr aa tc rd ra ad cd")
        #expect(MessageFlags(rawValue: 0x8503).mnemonics == ["qr", "aa", "rd"])
        #expect(MessageFlags(rawValue: 0x8503) == [.reply, .authoritative, .recursionDesired])
        #expect(MessageFlags(mnemonic: "TC") == .truncated)
        #expect(MessageFlags(mnemonic: "z") == nil)
        #expect(MessageFlags([]).description.isEmpty)
    }
}
