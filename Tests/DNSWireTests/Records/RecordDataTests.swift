// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

struct RecordDataTests {
    private func text(type: Int, class: Int = 1, data: [UInt8]) throws -> String? {
        try Message(parsing: WireBytes.reply(type: type, class: `class`, data: data)).answers.first?.data.description
    }

    @Test func `Record data is written in presentation format`() throws {
        #expect(try text(type: 1, data: [192, 0, 2, 1]) == "192.0.2.1")
        #expect(try text(type: 28, data: WireBytes.hex("20010db8 00000000 00000000 00000046")) == "2001:db8::46")
        #expect(try text(type: 5, data: WireBytes.name("db.example.com")) == "db.example.com.")
        #expect(try text(type: 2, data: WireBytes.name("ns.consul")) == "ns.consul.")
        #expect(try text(type: 12, data: WireBytes.name("n1.node.consul")) == "n1.node.consul.")
        #expect(try text(type: 15, data: [0, 10] + WireBytes.name("mx.example")) == "10 mx.example.")
        #expect(try text(type: 33, data: [0, 1, 0, 2, 0x1f, 0x90] + WireBytes.name("n1")) == "1 2 8080 n1.")
        #expect(try text(type: 33, data: [0, 0, 0, 0, 0, 0, 0]) == "0 0 0 .")
    }

    @Test func `Record data shows a space in a node's name as Consul does`() throws {
        let target = WireBytes.label("my node") + WireBytes.name("node.consul")
        #expect(try text(type: 33, data: [0, 1, 0, 1, 0, 80] + target) == "1 1 80 my\\032node.node.consul.")
    }

    @Test
    func `Record data quotes every string of TXT and escapes special characters`() throws {
        let data = WireBytes.label("a b;c") + [0] + WireBytes.label("\"\\") + [3, 0, 0x7f, 0xff]
        #expect(try text(type: 16, data: data) == #""a b;c" "" "\"\\" "\000\127\255""#)
    }

    @Test func `Record data of an unknown type is written as in RFC 3597`() throws {
        #expect(try text(type: 65, data: [0xab, 0xcd, 0xef, 0x01, 0x23]) == "\\# 5 abcdef0123")
        #expect(try text(type: 65, data: []) == "\\# 0")
    }

    @Test
    func `Record data with another meaning in its class stays opaque`() throws {
        #expect(try text(type: 1, class: 3, data: [1, 0x61, 0, 0, 1]) == "\\# 5 0161000001")
        #expect(try text(type: 16, class: 3, data: WireBytes.label("1.8.7")) == "\"1.8.7\"")
    }

    @Test func `Names in record data may point into other records`() throws {
        let bytes =
            WireBytes.header(questions: 1, answers: 1)
            + WireBytes.question(WireBytes.name("web.consul"), type: 33)
            + WireBytes.record(WireBytes.pointer(12), type: 33, data: [0, 1, 0, 1, 0, 80, 2, 0x6e, 0x31, 0xc0, 16])
        #expect(try Message(parsing: bytes).answers.first?.data.description == "1 1 80 n1.consul.")
    }

    @Test func `The TTL of a record is zero if its top bit is set`() throws {
        func ttl(_ field: UInt32) throws -> UInt32? {
            try Message(parsing: WireBytes.reply(type: 1, ttl: field, data: [1, 2, 3, 4])).answers.first?.ttl
        }
        #expect(try ttl(30) == 30)
        #expect(try ttl(0x7fff_ffff) == 0x7fff_ffff)
        #expect(try ttl(0x8000_0000) == 0)
        #expect(try ttl(.max) == 0)
    }
}
