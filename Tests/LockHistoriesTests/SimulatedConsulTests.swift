// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import ResolverSupport
import TestSupport
import Testing

@testable import LockHistories

struct SimulatedConsulTests {
    private let start = Moment(nanoseconds: 0)

    private func locking(_ key: String, _ session: String) -> KeyValueTransaction {
        KeyValueTransaction([.lock(key, [], flags: 1, session: session)])
    }

    @Test func `A session ends when its patience is over, and its key is locked again after the lock-delay`() throws {
        var consul = SimulatedConsul()
        var options = SessionOptions.withoutHealthChecks(timeToLive: .seconds(10))
        options.lockDelay = .seconds(5)
        let first = consul.createSession(options, patience: 1.5, at: start)
        let second = consul.createSession(options, patience: 2, at: start)
        let acquired = try consul.commit(locking("k", first), at: start).get()
        consul.expireSessions(at: start + .seconds(14))
        #expect(consul.entry("k").entry?.session == first)
        consul.expireSessions(at: start + .seconds(15))
        #expect(consul.entry("k").entry?.session == nil)
        #expect(consul.renew(first, patience: 1, at: start + .seconds(15)) == nil)
        guard case .failure(let refusal) = consul.commit(locking("k", second), at: start + .seconds(19)) else {
            Issue.record("no lock-delay")
            return
        }
        #expect(refusal.failures.map(\.reason) == [#"failed to lock key "k" due to lock delay"#])
        let again = try consul.commit(locking("k", second), at: start + .seconds(20)).get()
        #expect(again[0].modifyIndex > acquired[0].modifyIndex)
        #expect(again[0].lockIndex == 2)
    }

    @Test func `A transaction with a refused operation changes nothing`() throws {
        var consul = SimulatedConsul()
        let transaction = KeyValueTransaction([.set("a", [1]), .check("b", isHeldBy: "none")])
        guard case .failure(let refusal) = consul.commit(transaction, at: start) else {
            Issue.record("no refusal")
            return
        }
        #expect(refusal.failures.map(\.position) == [1])
        #expect(consul.entry("a").entry == nil)
    }

    /// The simulated schedules prove as much as their Consul is like the real one.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `The simulated Consul and a real agent treat random transactions alike`(seed: UInt64) async throws {
        try await withConsulAgent { agent in
            var configuration = ConsulHTTPClient.Configuration()
            configuration.address = try ConsulHTTPAddress("127.0.0.1:\(agent.ports.http)")
            try await use(
                ConsulHTTPClient(configuration: configuration),
                in: { consul in
                    try await compare(with: consul, seed: seed)
                },
                stop: { await $0.shutdown() }
            )
        }
    }

    private func compare(with consul: ConsulHTTPClient, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var simulated = SimulatedConsul()
        var options = SessionOptions.withoutHealthChecks(timeToLive: .seconds(600))
        options.lockDelay = .seconds(60)
        // The ids of a session in both worlds.
        var sessions: [(real: String, simulated: String)] = []
        for _ in 0..<3 {
            let real = try await consul.sessions.create(options)
            sessions.append((real, simulated.createSession(options, patience: 1, at: start)))
        }
        var refused = 0
        for number in 0..<150 {
            if number % 50 == 49, let last = sessions.popLast() {
                try await consul.sessions.destroy(last.real)
                simulated.end(last.simulated, at: start)
                sessions.insert(last, at: 0)
            }
            var pair: (real: [KeyValueTransaction.Operation], simulated: [KeyValueTransaction.Operation]) = ([], [])
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let key = ["a", "b"].randomElement(using: &random) ?? ""
                let session = sessions.randomElement(using: &random) ?? ("", "")
                let entries = (try await consul.keyValues.entry(key).value, simulated.entry(key).entry)
                let isStale: UInt64 = random.happens(0.3) ? 1 : 0
                let kind = Int.random(in: 0..<7, using: &random)
                func operation(_ id: String, _ index: UInt64?) -> KeyValueTransaction.Operation {
                    switch kind {
                    case 0: .set(key, [UInt8(number)], flags: 2)
                    case 1...2: .lock(key, [UInt8(number)], flags: 3, session: id)
                    case 3: .unlock(key, [UInt8(number)], flags: 3, session: id)
                    case 4: .check(key, isHeldBy: id)
                    case 5: .check(key, isUnchangedSince: (index ?? 7) + isStale)
                    default: random.happens(0.5) ? .checkAbsence(of: key) : .delete(key)
                    }
                }
                let before = random
                pair.real.append(operation(session.real, entries.0?.modifyIndex))
                // The same choice for both.
                random = before
                pair.simulated.append(operation(session.simulated, entries.1?.modifyIndex))
            }
            let real: Result<[KeyValueEntry], TransactionRefusal>
            do { real = .success(try await consul.keyValues.commit(pair.real)) } catch let refusal as TransactionRefusal
            {
                real = .failure(refusal)
            }
            let ours = simulated.commit(KeyValueTransaction(pair.simulated), at: start)
            let names = Dictionary(uniqueKeysWithValues: sessions.map { ($0.real, $0.simulated) })
            #expect(Seen(real, names) == Seen(ours, [:]), "transaction \(number): \(pair.simulated)")
            for key in ["a", "b"] {
                let entry = try await consul.keyValues.entry(key, consistency: .consistent).value
                #expect(SeenEntry(entry, names) == SeenEntry(simulated.entry(key).entry, [:]), "\(key) after \(number)")
            }
            if case .failure = ours { refused += 1 }
        }
        #expect(20...130 ~= refused, "\(refused)")
    }
}

/// An entry, apart from indexes and from the names of sessions.
private struct SeenEntry: Equatable {
    let value: [UInt8]?
    let flags: UInt64?
    let session: String?
    let lockIndex: UInt64?

    init(_ entry: KeyValueEntry?, _ names: [String: String]) {
        (value, flags, lockIndex) = (entry?.value, entry?.flags, entry?.lockIndex)
        session = entry?.session.map { names[$0] ?? $0 }
    }
}

/// The outcome of a transaction, as far as the library reads it.
private enum Seen: Equatable {
    case entries([String])
    /// The positions, with what the words mean.
    case refused([Int], [String])

    init(_ result: Result<[KeyValueEntry], TransactionRefusal>, _ names: [String: String]) {
        switch result {
        case .success(let entries): self = .entries(entries.map(\.key))
        case .failure(let refusal):
            let meanings = ["invalid session", "lock delay", "already held", "exist"]
            self = .refused(
                refusal.failures.map(\.position),
                refusal.failures.map { failure in meanings.first { failure.reason.contains($0) } ?? "" }
            )
        }
    }
}
