// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

/// The decisions of one reader.
struct TopicReadingTests {
    var reading = TopicReading(at: TopicPosition(topic: "a", next: 1))

    private func head(_ id: String = "a", _ kept: ClosedRange<UInt64>? = nil) -> TopicHead {
        var head = TopicHead(id: id)
        guard let kept else { return head }
        if kept.lowerBound > 1 {
            _ = head.append(Int(kept.lowerBound - 1), at: 0, keeping: TopicRetention(count: .max), expiringAtMost: 0)
        }
        _ = head.append(kept.count, at: 0, keeping: TopicRetention(count: kept.count), expiringAtMost: .max)
        #expect((head.first, head.last) == (kept.lowerBound, kept.upperBound))
        return head
    }

    private func message(_ sequence: UInt64) -> TopicMessage {
        TopicMessage(sequence: sequence, id: "\(sequence)", published: .zero, payload: [])
    }

    /// The position of the message that the next step delivers.
    private mutating func delivered() -> UInt64? {
        if case .deliver(let message) = reading.step() { message.sequence } else { nil }
    }

    private func gap(_ missing: Range<UInt64>?) -> TopicReading.Step { .gap(missing: missing) }

    @Test mutating func `A reader waits for the head, reads a block, and delivers its messages in order`() {
        #expect(reading.step() == .wait)
        reading.headRead(head("a", 1...3))
        #expect(reading.step() == .read(1))
        reading.blockRead([message(2), message(3), message(1)])
        for sequence in 1...3 as ClosedRange<UInt64> { #expect(delivered() == sequence) }
        #expect(reading.step() == .wait)
    }

    @Test mutating func `A message carries the topic that it was read from`() {
        reading.headRead(head("a", 1...1))
        reading.blockRead([message(1)])
        guard case .deliver(let message) = reading.step() else {
            Issue.record("no message")
            return
        }
        #expect(message.topic == "a")
    }

    @Test mutating func `Messages beyond the head are left over from a deleted topic, and are not delivered`() {
        reading.headRead(head("a", 1...1))
        reading.blockRead([message(1), message(2)])
        #expect(delivered() == 1)
        #expect(reading.step() == .wait)
    }

    @Test mutating func `Messages that retention has deleted are a gap`() {
        reading.headRead(head("a", 5...9))
        #expect(reading.step() == gap(1..<5))
        #expect(reading.step() == .read(5))
    }

    @Test mutating func `A message that a read does not show is verified before it counts as missing`() {
        reading.headRead(head("a", 1...2))
        reading.blockRead([message(2)])
        #expect(reading.step() == .verify(1))
        reading.headRead(head("a", 1...2), isVerified: true)
        #expect(reading.verified(1, message(1)) == nil)
        #expect(delivered() == 1)
        #expect(reading.step() == .read(2))
    }

    @Test mutating func `A message that does not exist is a gap of one`() {
        reading.headRead(head("a", 1...2))
        reading.blockRead([message(2)])
        reading.headRead(head("a", 1...2), isVerified: true)
        #expect(reading.verified(1, nil) == 1..<2)
        #expect(delivered() == 2)
    }

    @Test mutating func `A message that has expired since the read is part of one gap`() {
        reading.headRead(head("a", 1...20))
        reading.blockRead([])
        reading.headRead(head("a", 11...20), isVerified: true)
        #expect(reading.verified(1, nil) == nil)
        #expect(reading.step() == gap(1..<11))
        #expect(reading.step() == .read(11))
    }

    @Test mutating func `Messages that were read are delivered even if they expire meanwhile, unless the head says so`()
    {
        reading.headRead(head("a", 1...3))
        reading.blockRead([message(1), message(2), message(3)])
        #expect(delivered() == 1)
        reading.headRead(head("a", 3...5))
        #expect(reading.step() == gap(2..<3))
        #expect(delivered() == 3)
        #expect(reading.step() == .read(4))
    }

    @Test mutating func `A reader that came before the topic receives all of it`() {
        reading = TopicReading(at: TopicPosition(topic: nil, next: 1))
        reading.headRead(nil)
        #expect(reading.step() == .wait)
        reading.headRead(head("b", 1...1))
        #expect(reading.step() == .read(1))
        #expect(reading.position == TopicPosition(topic: "b", next: 1))
    }

    @Test mutating func `A topic that replaces another is a gap of unknown size, and is read from its beginning`() {
        reading = TopicReading(at: TopicPosition(topic: "a", next: 3))
        reading.headRead(nil)
        #expect(reading.step() == .wait)
        reading.headRead(head("b", 1...9))
        #expect(reading.step() == .verifyHead)
        reading.headRead(head("b", 1...9), isVerified: true)
        #expect(reading.step() == gap(nil))
        #expect(reading.step() == .read(1))
    }

    @Test mutating func `A head behind the reader is verified, and is a gap if Consul was restored`() {
        reading = TopicReading(at: TopicPosition(topic: "a", next: 9))
        reading.headRead(head("a", 1...4))
        #expect(reading.step() == .verifyHead)
        reading.headRead(head("a", 1...8), isVerified: true)
        #expect(reading.step() == .wait)
        reading.headRead(head("a", 1...4), isVerified: true)
        #expect(reading.step() == gap(nil))
        #expect(reading.step() == .wait)
        reading.headRead(head("a", 1...5))
        #expect(reading.step() == .read(5))
    }

    @Test func `A start is a position in the topic, and the first one of a topic that does not exist`() {
        let head = head("a", 5...9)
        #expect(TopicStart.beginning.position(in: head) == TopicPosition(topic: "a", next: 5))
        #expect(TopicStart.end.position(in: head) == TopicPosition(topic: "a", next: 10))
        #expect(TopicStart.at(2).position(in: head) == TopicPosition(topic: "a", next: 2))
        #expect(TopicStart.at(99).position(in: head) == TopicPosition(topic: "a", next: 10))
        #expect(TopicStart.end.position(in: nil) == TopicPosition(topic: nil, next: 1))
    }
}
