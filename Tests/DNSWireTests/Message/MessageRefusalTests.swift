// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

struct MessageRefusalTests {
    private func code(_ bytes: [UInt8]) -> WireError.Code? {
        #expect(throws: WireError.self) { try Message(parsing: bytes) }?.code
    }

    private func code(type: Int, data: [UInt8]) -> WireError.Code? {
        code(WireBytes.reply(type: type, data: data))
    }

    @Test(
        arguments: [Samples.service, Samples.noSuchName, Samples.metadata, Samples.services(3)]
    )
    func `A message that is cut off at any byte is refused`(bytes: [UInt8]) {
        for count in bytes.indices {
            #expect(throws: WireError.self, "cut to \(count) bytes") { try Message(parsing: Array(bytes[..<count])) }
        }
        #expect(code([]) == .truncated)
        #expect(code(Array(bytes.dropLast())) == .truncated || code(Array(bytes.dropLast())) == .badRecordLength)
    }

    @Test func `A message whose counts exceed its bytes is refused`() {
        #expect(code(WireBytes.header(answers: 1)) == .countsExceedMessage)
        #expect(code(WireBytes.header(questions: 1)) == .countsExceedMessage)
        #expect(code(WireBytes.header(additional: 65535) + Array(repeating: 0, count: 1000)) == .countsExceedMessage)
        // 5 bytes of question and 10 more: one byte short of a record.
        let short = WireBytes.header(questions: 1, authority: 1) + Array(repeating: 0, count: 15)
        #expect(code(short) == .countsExceedMessage)
        #expect(throws: Never.self) { try Message(parsing: short + [0]) }
    }

    @Test func `A message with two OPT records in any sections is refused`() {
        let opt = WireBytes.record([0], type: 41, class: 1232, data: [])
        #expect(code(WireBytes.header(additional: 2) + opt + opt) == .duplicateOPT)
        #expect(code(WireBytes.header(answers: 1, additional: 1) + opt + opt) == .duplicateOPT)
    }

    @Test(
        arguments: [
            (1, [10, 0, 0, 1]), (28, [UInt8](repeating: 1, count: 16)), (33, [0, 1, 0, 2, 0, 3, 1, 0x61, 0]),
            (2, [1, 0x61, 0]), (5, [1, 0x61, 0]), (12, [0]), (15, [0, 10, 0]),
            (6, [0, 0] + [UInt8](repeating: 0, count: 20)),
        ] as [(Int, [UInt8])]
    )
    func `Record data that is shorter or longer than its fields is refused`(type: Int, data: [UInt8]) {
        #expect(throws: Never.self) { try Message(parsing: WireBytes.reply(type: type, data: data)) }
        #expect(code(type: type, data: data + [0]) == .badRecordLength)
        // Bytes behind the record must not be read to complete it.
        let cut = WireBytes.reply(type: type, data: Array(data.dropLast())) + Array(repeating: 0, count: 32)
        #expect(code(cut) == .badRecordLength)
        #expect(code(WireBytes.reply(type: type, data: []) + Array(repeating: 0, count: 32)) == .badRecordLength)
    }

    @Test func `A record that its strings or options do not fill is refused`() {
        #expect(code(type: 16, data: [3, 0x61, 0x62]) == .badRecordLength)
        #expect(code(type: 41, data: [0, 10, 0]) == .badRecordLength)
        #expect(code(type: 41, data: [0, 10, 0, 2, 1]) == .badRecordLength)
        #expect(throws: Never.self) { try Message(parsing: WireBytes.reply(type: 16, data: [])) }
    }

    @Test func `A message with a malformed name in any position is refused`() {
        let bad: [(name: [UInt8], code: WireError.Code)] = [
            ([0x40, 0], .reservedLabelType), ([0x80, 0], .reservedLabelType), (WireBytes.pointer(0), .badPointer),
            (WireBytes.pointer(0x3fff), .badPointer),
        ]
        for (name, expected) in bad {
            #expect(code(WireBytes.header(questions: 1) + WireBytes.question(name, type: 1)) == expected)
            #expect(
                code(WireBytes.header(answers: 1) + WireBytes.record(name, type: 1, data: [1, 2, 3, 4])) == expected
            )
            #expect(code(type: 5, data: name) == expected)
            #expect(code(type: 33, data: [0, 1, 0, 1, 0, 1] + name) == expected)
        }
    }

    @Test func `The description of a wire error names the rule and the byte`() {
        let error = #expect(throws: WireError.self) { try Message(parsing: [1, 2, 3]) }
        #expect(error?.description == "malformed DNS message at byte 3: the message ends too early")
        #expect(error?.code.description == "truncated")
    }
}
