// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

/// Random events against a scheduler, with a channel beside it that remembers what it has been given.
private struct SchedulerModel {
    private var random: SeededGenerator
    private var scheduler: QueryScheduler<Int>
    private var now: UInt64 = 0
    private var nextWaiter = 0
    private var waiting: [Int: (id: SlotID, deadline: UInt64)] = [:]
    private var channel: [SlotID] = []
    /// What has left the channel, and might be spoken of once more.
    private var past: [SlotID] = []
    private(set) var told = 0
    private(set) var reconnects = 0

    var asked: Int { nextWaiter }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var policy = SchedulerPolicy()
        policy.window = Int.random(in: 1...8, using: &random)
        policy.maximumUnderWay = policy.window + Int.random(in: 0...8, using: &random)
        policy.retriesAfterLostConnection = Int.random(in: 0...2, using: &random)
        policy.silenceLimit = random.happens(0.5) ? 200 : nil
        policy.coalesces = random.happens(0.8)
        policy.sharingLimit = 100
        scheduler = QueryScheduler(policy: policy)
    }

    mutating func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<40: ask()
        case ..<50:
            if let waiter = waiting.keys.sorted().randomElement(using: &random), let id = waiting[waiter]?.id {
                scheduler.cancel(id, at: now)
            }
        case ..<75: completeOne()
        case ..<80: loseConnection()
        case ..<83:
            let echoes = past.filter { !channel.contains($0) }
            if let id = echoes.randomElement(using: &random) { scheduler.complete(id, with: completion(), at: now) }
        default:
            now += UInt64.random(in: 0...60, using: &random)
            scheduler.expire(at: now)
        }
        try perform()
        try check()
    }

    mutating func finish() throws {
        // Time for every deadline, then the channel's last words about what was abandoned.
        now += 10_000
        scheduler.expire(at: now)
        try perform()
        #expect(waiting.isEmpty)
        while let id = channel.popLast() { scheduler.complete(id, with: .timedOut, at: now) }
        try perform()
        #expect(channel.isEmpty)
        #expect(scheduler.isIdle)
        #expect(scheduler.nextDeadline == nil)
        #expect((scheduler.windowCount, scheduler.abandonedCount, scheduler.waiterCount) == (0, 0, 0))
        #expect(told == asked)
    }

    private mutating func ask() {
        let name = DomainName(stringLiteral: "s\(Int.random(in: 0..<12, using: &random)).service.consul")
        let deadline = now + UInt64.random(in: 0...400, using: &random)
        let id = scheduler.submit(.srv(name), token: nextWaiter, deadline: deadline, at: now)
        waiting[nextWaiter] = (id, deadline)
        nextWaiter += 1
    }

    private mutating func completion() -> QueryScheduler<Int>.Completion {
        switch Int.random(in: 0..<10, using: &random) {
        case ..<6: .answered([1])
        case ..<8: .timedOut
        case 8: .connectionFailed(systemError: 104)
        default: .failed(.malformedAnswer)
        }
    }

    private mutating func completeOne() {
        guard let place = channel.indices.randomElement(using: &random) else { return }
        let id = channel.remove(at: place)
        past = past.suffix(7) + [id]
        scheduler.complete(id, with: completion(), at: now)
    }

    private mutating func loseConnection() {
        let lost = channel
        channel = []
        for id in lost { scheduler.complete(id, with: .connectionFailed(systemError: 0), at: now) }
    }

    private mutating func perform() throws {
        while let action = scheduler.nextAction() {
            switch action {
            case .send(let id, _):
                try #require(!channel.contains(id), "a query is on the wire twice")
                channel.append(id)
            case .finish(let waiter, let outcome):
                let removed = waiting.removeValue(forKey: waiter)
                let waiter = try #require(removed, "told twice, or never asked")
                if outcome == .failure(.deadlineExceeded) { #expect(waiter.deadline <= now) }
                told += 1
            case .reconnect:
                past += channel
                channel = []
                reconnects += 1
            }
        }
    }

    private func check() throws {
        try #require((0...scheduler.policy.window).contains(scheduler.windowCount))
        try #require(scheduler.abandonedCount >= 0)
        try #require(scheduler.windowCount + scheduler.abandonedCount == channel.count)
        try #require(channel.count <= scheduler.policy.maximumUnderWay)
        try #require(scheduler.waiterCount == waiting.count)
        let earliest = waiting.values.map(\.deadline).min()
        if let earliest { try #require(try #require(scheduler.nextDeadline) <= earliest) }
    }
}

@Suite("A query scheduler")
struct QuerySchedulerModelTests {
    @Test("tells every waiter once and keeps its limits, whatever happens", arguments: 0..<24 as Range<UInt64>)
    func randomEvents(seed: UInt64) throws {
        var model = SchedulerModel(seed: seed)
        for _ in 0..<4000 { try model.step() }
        try model.finish()
    }
}
