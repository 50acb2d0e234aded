// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct DNSReplyTests {
    /// `a.consul. SRV` with one instance and its address.
    private var small: DNSReply {
        DNSReply(id: 0x0102, name: "a.consul.", type: DNSType.srv).with {
            $0.answers = [DNSRecord("a.consul.", .srv(priority: 1, weight: 2, port: 3, target: "b.consul."))]
            $0.additional = [DNSRecord("b.consul.", ttl: 9, .a("10.0.0.1"))]
        }
    }

    private let header: [UInt8] = [1, 2, 0x85, 0, 0, 1, 0, 1, 0, 0, 0, 1]
    private let consul: [UInt8] = [6] + Array("consul".utf8) + [0]
    private var question: [UInt8] { [1, 0x61] + consul + [0, 33, 0, 1] }

    @Test
    func `A DNS reply compresses owner names, spells out SRV targets, and points to those, as Consul does`() {
        let answer: [UInt8] = [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 0, 0, 16, 0, 1, 0, 2, 0, 3, 1, 0x62] + consul
        let address: [UInt8] = [0xC0, 44, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1]
        #expect(small.bytes == header + question + answer + address)
    }

    @Test
    func `A DNS reply can be written without pointers, or with pointers where they are forbidden`() {
        let plain = small.with { $0.compression = .none }.bytes
        #expect(!plain.contains { $0 >= 0xC0 })
        let everywhere = small.with { $0.compression = .everywhere }.bytes
        let answer: [UInt8] = [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 0, 0, 10, 0, 1, 0, 2, 0, 3, 1, 0x62, 0xC0, 14]
        #expect(everywhere.dropFirst(header.count + question.count).starts(with: answer))
        #expect(everywhere.count < small.bytes.count && small.bytes.count < plain.count)
    }

    @Test func `A DNS reply has code and flags at the positions of RFC 1035`() {
        let reply = small.with {
            $0.code = .nameError
            $0.isAuthoritative = false
            $0.isTruncated = true
            $0.recursionAvailable = true
        }
        #expect(reply.bytes[2...3] == [0x83, 0x83])
    }

    @Test func `A DNS reply encodes every kind of record`() {
        func content(_ content: DNSRecord.Content) -> [UInt8] {
            let reply = DNSReply(name: "", type: 1).with { $0.answers = [DNSRecord("", content)] }
            return Array(reply.bytes.dropFirst(12 + 5 + 9))
        }
        #expect(content(.a("192.0.2.1")) == [0, 4, 192, 0, 2, 1])
        #expect(
            content(.aaaa("2001:db8::1")) == [0, 16, 0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        )
        #expect(content(.txt(["ab", ""])) == [0, 4, 2, 0x61, 0x62, 0])
        #expect(content(.raw(type: 99, [1, 2])) == [0, 2, 1, 2])
        for name: DNSRecord.Content in [.cname("x."), .ns("x."), .ptr("x.")] {
            #expect(content(name) == [0, 3, 1, 0x78, 0])
        }
        let soa = content(.soa("x.", "y.", serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5))
        #expect(soa == [0, 26, 1, 0x78, 0, 1, 0x79, 0] + (1...5).flatMap { [0, 0, 0, $0] as [UInt8] })
        let opt = DNSReply(name: "", type: 1).with { $0.additional = [.opt(udpSize: 4096, extendedCode: 1)] }
        #expect(opt.bytes.suffix(11) == [0, 0, 41, 0x10, 0, 1, 0, 0, 0, 0, 0])
    }

    @Test(
        arguments: [
            ".", "a.b.", #"a\.b.c."#, #"with\032space."#, #"back\\slash."#, #"\000\255."#,
        ]
    )
    func `A DNS name with escapes is the same after reading and writing`(presentation: String) {
        #expect(DNSName(presentation).presentation == presentation)
    }

    @Test func `Each kind of tampering changes the bytes of a DNS reply as documented`() {
        let bytes = small.bytes
        let place = small.firstAnswerPlace
        #expect(bytes[place...].starts(with: [0xC0, 12]))
        #expect(small.bytes(.identifier)[0] == 0xFE)
        #expect(small.bytes(.question)[13] == 0x60)
        #expect(small.bytes(.cut(to: 20)) == Array(bytes.prefix(20)))
        #expect(small.bytes(.counts(0xFFFF))[6..<12].allSatisfy { $0 == 0xFF })
        #expect(small.bytes(.pointerLoop(at: place))[place...].starts(with: [0xC0, UInt8(place)]))
        #expect(small.bytes(.pointerBeyondEnd(at: place))[place...].starts(with: [0xFF, 0xFF]))
        #expect(small.bytes(.flippedBit(7, inByte: 2))[2] == 0x05)
        #expect(small.bytes(.identifier, .trailing(3)) == [0xFE] + bytes.dropFirst() + [0xEE, 0xEE, 0xEE])
    }
}
