// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulCoordination

/// The decisions of one publication. Pauses use chance 0, which makes them zero.
struct TopicPublicationTests {
    private typealias Known = TopicStore.KnownHead

    var publication = TopicPublication(id: "mine", count: 1, at: 0, retention: TopicRetention(), newTopic: "topic")

    /// A head after a number of messages, at an index of 100 and that number.
    private func known(_ last: Int) -> TopicStore.KnownHead {
        var head = TopicHead(id: "topic")
        if last > 0 { _ = head.append(last, at: 0, keeping: TopicRetention(), expiringAtMost: 0) }
        return Known(head: head, index: UInt64(100 + last))
    }

    private func attempted(_ step: TopicPublication.Step) -> UInt64? {
        if case .commit(let attempt) = step { attempt.new.lowerBound } else { nil }
    }

    @Test mutating func `The first publication creates the topic`() {
        #expect(publication.begin(with: nil) == .readHead(after: .zero))
        guard case .commit(let attempt) = publication.headRead(Known(index: 0)) else {
            Issue.record("no attempt")
            return
        }
        #expect(attempt.index == 0)
        #expect(attempt.head.id == "topic")
        #expect(attempt.new == 1...1)
        #expect(publication.committed() == .published(1...1))
    }

    @Test mutating func `A publication onto a known head needs one transaction`() {
        #expect(attempted(publication.begin(with: known(7))) == 8)
        #expect(publication.committed() == .published(8...8))
    }

    @Test mutating func `A publication that another one has overtaken is repeated onto the new head`() {
        _ = publication.begin(with: known(7))
        #expect(publication.refused(chance: 0) == .readHead(after: .zero))
        #expect(attempted(publication.headRead(known(8))) == 9)
        #expect(publication.committed() == .published(9...9))
    }

    @Test mutating func `A refusal although the head has not changed has another reason, and is final`() {
        _ = publication.begin(with: known(7))
        _ = publication.refused(chance: 0)
        #expect(publication.headRead(known(7)) == .fail)
    }

    @Test mutating func `An attempt without an answer is looked up before it is repeated`() {
        _ = publication.begin(with: known(7))
        #expect(publication.failed(isDoubtful: true, isFinal: false, chance: 0) == .readHead(after: .zero))
        #expect(publication.headRead(known(9)) == .readMessage(8))
        #expect(publication.messageRead("mine", at: 8) == .published(8...8))
    }

    @Test mutating func `An attempt that another message has overtaken is repeated`() {
        _ = publication.begin(with: known(7))
        _ = publication.failed(isDoubtful: true, isFinal: false, chance: 0)
        _ = publication.headRead(known(8))
        #expect(attempted(publication.messageRead("other", at: 8)) == 9)
    }

    @Test mutating func `An attempt that may still arrive competes with the next one for the same head`() {
        _ = publication.begin(with: known(7))
        _ = publication.failed(isDoubtful: true, isFinal: false, chance: 0)
        #expect(attempted(publication.headRead(known(7))) == 8)
        // The first attempt has arrived before the second.
        _ = publication.refused(chance: 0)
        #expect(publication.headRead(known(8)) == .readMessage(8))
        #expect(publication.messageRead("mine", at: 8) == .published(8...8))
    }

    @Test mutating func `A publication gives up after five failures, or at once if another attempt would fail too`() {
        _ = publication.begin(with: nil)
        for _ in 1..<5 {
            #expect(publication.failed(isDoubtful: false, isFinal: false, chance: 0) == .readHead(after: .zero))
        }
        #expect(publication.failed(isDoubtful: false, isFinal: false, chance: 0) == .fail)
        var refused = TopicPublication(id: "mine", count: 1, at: 0, retention: TopicRetention())
        _ = refused.begin(with: known(1))
        #expect(refused.failed(isDoubtful: false, isFinal: true, chance: 0) == .fail)
    }

    @Test mutating func `A publication deletes no more than its transaction has room for`() {
        publication = TopicPublication(id: "mine", count: 32, at: 0, retention: TopicRetention(count: 10))
        guard case .commit(let attempt) = publication.begin(with: known(500)) else {
            Issue.record("no attempt")
            return
        }
        #expect(attempt.new.count + attempt.expired.count + 1 == 64)
    }

    /// Publishers whose requests are applied at once, late, or never, and whose answers get lost.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func `Each message is in the topic exactly once, whatever happens to requests and answers`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var topic = SimulatedTopic()
        var publishers = (0..<4).map { _ in SimulatedPublisher() }
        var published: [String] = []
        while published.count < 100 {
            let turn = Int.random(in: publishers.indices, using: &random)
            if let id = publishers[turn].move(&topic, &random) { published.append(id) }
            if random.happens(0.3) { topic.applyLate(&random) }
        }
        while topic.hasLate { topic.applyLate(&random) }
        for id in published { #expect(topic.messages.count { $0 == id } == 1) }
    }
}

private struct SimulatedTopic {
    var known = TopicStore.KnownHead(index: 0)
    var messages: [String] = []
    private var late: [(TopicPublication.Attempt, String)] = []

    var hasLate: Bool { !late.isEmpty }

    mutating func apply(_ attempt: TopicPublication.Attempt, _ id: String) -> Bool {
        guard attempt.index == known.index else { return false }
        messages.append(id)
        known = TopicStore.KnownHead(head: attempt.head, index: known.index + 1)
        return true
    }

    mutating func delay(_ attempt: TopicPublication.Attempt, _ id: String) { late.append((attempt, id)) }

    mutating func applyLate(_ random: inout SeededGenerator) {
        guard hasLate else { return }
        let (attempt, id) = late.remove(at: Int.random(in: late.indices, using: &random))
        _ = apply(attempt, id)
    }
}

private struct SimulatedPublisher {
    private var publication: TopicPublication?
    private var step = TopicPublication.Step.fail
    private var id = ""
    private var known: TopicStore.KnownHead?

    /// Makes one step, and returns the ID of a message that was published with it.
    mutating func move(_ topic: inout SimulatedTopic, _ random: inout SeededGenerator) -> String? {
        guard var current = publication else {
            id = "\(random.next())"
            var begun = TopicPublication(id: id, count: 1, at: 0, retention: TopicRetention(count: .max))
            step = begun.begin(with: known)
            publication = begun
            return nil
        }
        switch step {
        case .readHead: step = current.headRead(topic.known)
        case .readMessage(let sequence):
            step = current.messageRead(topic.messages[Int(sequence) - 1], at: sequence)
        case .commit(let attempt):
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                topic.delay(attempt, id)
                step = current.failed(isDoubtful: true, isFinal: false, chance: 0)
            case 1:
                _ = topic.apply(attempt, id)
                step = current.failed(isDoubtful: true, isFinal: false, chance: 0)
            default:
                let isApplied = topic.apply(attempt, id)
                known = isApplied ? topic.known : nil
                step = isApplied ? current.committed() : current.refused(chance: 0)
            }
        case .published:
            publication = nil
            return id
        case .fail:
            publication = nil
            return nil
        }
        publication = current
        return nil
    }
}
