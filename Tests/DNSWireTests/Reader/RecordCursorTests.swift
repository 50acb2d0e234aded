// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress
import Testing

struct RecordCursorTests {
    private func records(_ bytes: [UInt8]) throws -> [RecordView] {
        var cursor = try RecordCursor(bytes)
        var records: [RecordView] = []
        while let record = try cursor.next(in: bytes) {
            records.append(record)
        }
        #expect(try cursor.next(in: bytes) == nil)
        return records
    }

    @Test
    func `A record cursor visits the sections in order and reports all offsets`() throws {
        let a = WireBytes.record([0], type: 1, ttl: 5, data: [10, 0, 0, 1])
        let records = try records(
            WireBytes.header(questions: 1, answers: 2, authority: 1, additional: 1)
                + WireBytes.question(WireBytes.name("a"), type: 1) + a + a + a + a
        )
        #expect(records.map(\.section) == [.answer, .answer, .authority, .additional])
        #expect(records.map(\.owner.offset) == [19, 34, 49, 64])
        #expect(records.map(\.dataOffset) == [30, 45, 60, 75])
        #expect(records.allSatisfy { $0.dataCount == 4 && $0.ttl == 5 && $0.type == .a && $0.recordClass == .internet })
    }

    @Test func `A record cursor ends behind the last record, whatever follows`() throws {
        let bytes = Samples.service + [1, 2, 3]
        var cursor = try RecordCursor(bytes)
        while try cursor.next(in: bytes) != nil {}
        #expect(cursor.offset == Samples.service.count)
    }

    @Test func `A record cursor reads services and addresses in place`() throws {
        let records = try records(Samples.service)
        let bytes = Samples.service
        let service = try #require(try records[0].service(in: bytes))
        #expect((service.priority, service.weight, service.port) == (1, 10, 8080))
        #expect(service.target == EncodedName(offset: 0x36))
        #expect(try records[0].address(in: bytes) == nil)
        #expect(try records[1].address(in: bytes) == IPAddress("10.0.0.1"))
        #expect(try records[1].service(in: bytes) == nil)
    }

    @Test func `A record cursor reads IPv6 addresses in network order`() throws {
        let bytes = WireBytes.reply(type: 28, data: WireBytes.hex("20010db8 00010002 00030004 00050006"))
        #expect(try records(bytes)[0].address(in: bytes) == IPAddress("2001:db8:1:2:3:4:5:6"))
    }

    @Test func `A record cursor ignores addresses and services of other classes`() throws {
        let address = WireBytes.reply(type: 1, class: 3, data: [1, 2, 3, 4])
        #expect(try records(address)[0].address(in: address) == nil)
        let service = WireBytes.reply(type: 33, class: 3, data: [0, 1, 0, 1, 0, 1, 0])
        #expect(try records(service)[0].service(in: service) == nil)
    }

    @Test(
        arguments: [
            (1, [1, 2, 3]), (1, [1, 2, 3, 4, 5]), (28, [1, 2, 3, 4]), (33, []), (33, [0, 1, 0, 1, 0, 1]),
            (33, [0, 1, 0, 1, 0, 1, 0, 0]), (33, [0, 1, 0, 1, 0, 1, 1, 0x61]),
        ] as [(Int, [UInt8])]
    )
    func `A record cursor refuses addresses and services of the wrong length`(type: Int, data: [UInt8]) throws {
        let bytes = WireBytes.reply(type: type, data: data) + [0]
        let record = try #require(try records(bytes).first)
        let error = #expect(throws: WireError.self) {
            _ = try record.address(in: bytes)
            _ = try record.service(in: bytes)
        }
        #expect(error?.code == .badRecordLength)
    }

    @Test func `A record cursor reports no TTL for OPT and remembers the record`() throws {
        let opt = WireBytes.record([0], type: 41, class: 1232, ttl: 0x7fff, data: [])
        let records = try records(WireBytes.header(additional: 1) + opt)
        #expect(records.map(\.ttl) == [0])
        #expect(records.map(\.ttlField) == [0x7fff])
        #expect(records.map(\.recordClass.rawValue) == [1232])
        let error = #expect(throws: WireError.self) { try self.records(WireBytes.header(additional: 2) + opt + opt) }
        #expect(error == WireError(.duplicateOPT, at: 23))
    }

    @Test func `A record cursor reads the question in place`() throws {
        var offset = MessageHeader.byteCount
        let question = try QuestionView(parsing: Samples.service, at: &offset)
        #expect(offset == 36)
        #expect(question.type == .srv)
        #expect(question.recordClass == .internet)
        #expect(try question.name.isEqual(to: DomainName("WEB.service.consul"), in: Samples.service))
    }

    @Test func `A record cursor refuses a question that is cut off`() {
        let bytes = WireBytes.header(questions: 1) + WireBytes.name("web") + [0, 1, 0]
        let error = #expect(throws: WireError.self) { try self.records(bytes) }
        #expect(error?.code == .truncated)
    }
}
