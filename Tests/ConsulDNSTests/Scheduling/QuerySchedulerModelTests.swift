// SPDX-License-Identifier: Apache-2.0

import DNSWire
import ResolverSupport
import TestSupport
import Testing

@testable import ConsulDNS

/// A model that applies random events to a scheduler, and remembers the attempts that its channel was passed.
private struct SchedulerModel {
    private var random: SeededGenerator
    private var scheduler: QueryScheduler<Int>
    private var now: Moment = 0
    private var nextWaiter = 0
    private var waiting: [Int: (id: SlotID, deadline: Moment)] = [:]
    /// The attempts that the channels hold.
    private var channel: [SlotID] = []
    private var connections: [SlotID: ConnectionID] = [:]
    private var mixed: Set<SlotID> = []
    /// Attempts that have left the channel, and may be reported once more.
    private var past: [SlotID] = []
    private(set) var told = 0
    private var closed: Set<ConnectionID> = []

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
        policy.overdueAfter = 150
        policy.idleLimit = 300
        policy.connectionLimit = Int.random(in: 1...4, using: &random)
        policy.answersInOrder = policy.silenceLimit != nil
        if policy.silenceLimit == nil, random.happens(0.6) {
            let queries = Int.random(in: 1...20, using: &random)
            policy.forgeryGuard = ForgeryGuard(queriesPerSocket: queries, socketAge: 500)
        }
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
        case ..<82:
            if let id = channel.randomElement(using: &random), let connection = connections[id] {
                scheduler.spoil(connection, at: now)
            }
        case ..<84:
            // The channel still holds it.
            let id = channel.filter { mixed.contains($0) }.randomElement(using: &random)
            if let id { scheduler.complete(id, with: .caseChanged, at: now) }
        case ..<86:
            let echoes = past.filter { !channel.contains($0) }
            if let id = echoes.randomElement(using: &random) { scheduler.complete(id, with: completion(), at: now) }
        default:
            now = now + .nanoseconds(Int64.random(in: 0...60, using: &random))
            scheduler.expire(at: now)
        }
        try perform()
        try check()
    }

    mutating func finish() throws {
        // Expires every deadline, then reports the last events of the abandoned attempts.
        now = now + 10_000
        scheduler.expire(at: now)
        try perform()
        #expect(waiting.isEmpty)
        while let id = channel.popLast() { scheduler.complete(id, with: .timedOut, at: now) }
        try perform()
        #expect(channel.isEmpty)
        #expect(scheduler.isIdle)
        #expect(scheduler.nextDeadline == nil)
        #expect((scheduler.windowCount, scheduler.abandonedCount, scheduler.waiterCount) == (0, 0, 0))
        #expect(scheduler.lateCount == 0)
        #expect(told == asked)
    }

    private mutating func ask() {
        let place = ["", "dc2.", "dc3.", "dc4.", "dc5.", "dc6."].randomElement(using: &random) ?? ""
        let name = DomainName(stringLiteral: "s\(Int.random(in: 0..<4, using: &random)).service.\(place)consul")
        let deadline = now + .nanoseconds(Int64.random(in: 0...400, using: &random))
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
        guard let connection = channel.randomElement(using: &random).flatMap({ connections[$0] }) else { return }
        let lost = channel.filter { connections[$0] == connection }
        channel.removeAll { connections[$0] == connection }
        for id in lost { scheduler.complete(id, with: .connectionFailed(systemError: 0), at: now) }
    }

    private mutating func perform() throws {
        while let action = scheduler.nextAction() {
            switch action {
            case .send(let id, _, let connection, let mixesCase):
                try #require(!channel.contains(id), "an attempt is on the wire twice")
                try #require(!closed.contains(connection), "a query is sent over a closed connection")
                channel.append(id)
                connections[id] = connection
                if mixesCase { mixed.insert(id) }
            case .finish(let waiter, let outcome):
                let removed = waiting.removeValue(forKey: waiter)
                let waiter = try #require(removed, "a waiter is resumed twice, or was never submitted")
                if outcome == .failure(.deadlineExceeded) { #expect(waiter.deadline <= now) }
                told += 1
            case .close(let connection):
                past += channel.filter { connections[$0] == connection }
                channel.removeAll { connections[$0] == connection }
                closed.insert(connection)
            }
        }
    }

    private func check() throws {
        let policy = scheduler.policy
        try #require(scheduler.connections.count <= policy.connectionLimit)
        for connection in scheduler.connections {
            try #require((0...policy.window).contains(connection.inWindow))
            try #require((0...policy.maximumAwaited).contains(connection.awaited))
            try #require(
                (connection.awaited...max(policy.maximumUnderWay, policy.maximumAwaited)).contains(connection.held)
            )
            try #require(connection.held == channel.count { connections[$0] == connection.id })
        }
        try #require(scheduler.connections.reduce(0) { $0 + $1.held } == channel.count)
        try #require(scheduler.waiterCount == waiting.count)
        let earliest = waiting.values.map(\.deadline).min()
        if let earliest { try #require(try #require(scheduler.nextDeadline) <= earliest) }
    }
}

struct QuerySchedulerModelTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func `A query scheduler answers every waiter once and keeps its limits, whatever happens`(seed: UInt64) throws {
        var model = SchedulerModel(seed: seed)
        for _ in 0..<4000 { try model.step() }
        try model.finish()
    }
}
