// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

@testable import ConsulCoordination

struct TopicHeadTests {
    var head = TopicHead(id: "topic")

    private mutating func append(
        _ count: Int = 1,
        at time: Int64 = 0,
        _ retention: TopicRetention = TopicRetention(),
        limit: Int = 62
    ) -> (new: ClosedRange<UInt64>, expired: Range<UInt64>) {
        head.append(count, at: time, keeping: retention, expiringAtMost: limit)
    }

    @Test mutating func `Messages are numbered from 1 without holes`() {
        #expect(append().new == 1...1)
        #expect(append(3).new == 2...4)
        #expect(append().new == 5...5)
        #expect((head.first, head.last) == (1, 5))
    }

    @Test mutating func `A topic keeps a number of messages`() {
        let three = TopicRetention(count: 3)
        for _ in 1...3 { #expect(append(1, three).expired.isEmpty) }
        #expect(append(1, three).expired == 1..<2)
        #expect(append(2, three).expired == 2..<4)
        #expect((head.first, head.last) == (4, 6))
    }

    @Test mutating func `A publication keeps its own messages, whatever the limit`() {
        #expect(append(5, TopicRetention(count: 1)).expired.isEmpty)
        #expect(append(5, TopicRetention(count: 1)).expired == 1..<6)
        #expect(head.first == 6)
    }

    @Test mutating func `Messages beyond the operations of a transaction expire later`() {
        for _ in 0..<200 { _ = append() }
        let ten = TopicRetention(count: 10)
        #expect(append(1, ten, limit: 62).expired == 1..<63)
        #expect(append(1, ten, limit: 62).expired == 63..<125)
        #expect(append(1, ten, limit: 62).expired == 125..<187)
        #expect(append(1, ten, limit: 62).expired == 187..<195)
        #expect(head.first == 195)
    }

    @Test mutating func `Messages expire between their age and a sixteenth more`() {
        let hour = TopicRetention(count: .max, age: .seconds(3600))
        var published: [UInt64: Int64] = [:]
        for minute in 0..<600 {
            let time = 1_700_000_000 + Int64(minute) * 60
            published[append(1, at: time, hour).new.lowerBound] = time
            #expect(published.filter { $0.key >= head.first }.allSatisfy { time - $0.value <= 3600 + 225 + 60 })
            #expect(published.filter { $0.key < head.first }.allSatisfy { time - $0.value >= 3600 })
        }
        #expect(head.first > 500)
        #expect(head.stored.count < 1000)
    }

    @Test mutating func `A publisher whose clock is behind deletes no message`() {
        let minute = TopicRetention(count: .max, age: .seconds(60))
        _ = append(1, at: 1_700_000_000, minute)
        #expect(append(1, at: 1_600_000_000, minute).expired.isEmpty)
        #expect(append(1, at: 1_700_000_059, minute).expired.isEmpty)
    }

    @Test mutating func `A head is read as it was written`() throws {
        for time in 0..<50 { _ = append(1, at: Int64(time) * 10, TopicRetention(count: 7, age: .seconds(160))) }
        var entry = KeyValueEntry(key: "t/head", value: head.stored, flags: TopicHead.flags)
        #expect(try TopicHead(entry) == head)
        entry.flags = 0
        let foreign = #expect(throws: CoordinationError.self) { try TopicHead(entry) }
        #expect(foreign?.code == .conflict)
    }

    @Test(arguments: ["", "{}", "[]", #"{"id":"a","first":5,"last":2}"#, #"{"id":"a","first":0,"last":2}"#])
    func `A damaged head is an error`(text: String) {
        let entry = KeyValueEntry(key: "t/head", value: Array(text.utf8), flags: TopicHead.flags)
        let error = #expect(throws: CoordinationError.self) { try TopicHead(entry) }
        #expect(error?.code == .corrupt)
    }

    @Test func `A message is read as it was written, with any bytes in it`() {
        let bytes: [UInt8] = [10, 0, 255, 10]
        let message = TopicMessage(sequence: 9, id: "i\"d", published: .seconds(1_700_000_000), payload: bytes)
        #expect(TopicMessage(stored: message.stored, at: 9) == message)
        #expect(TopicMessage(stored: Array("foreign".utf8), at: 9) == nil)
        #expect(TopicMessage(stored: Array("{}\n".utf8), at: 9) == nil)
        #expect(TopicMessage(stored: [], at: 9) == nil)
    }
}
