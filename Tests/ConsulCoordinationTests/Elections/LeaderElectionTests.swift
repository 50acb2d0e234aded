// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers
import TestSupport
import Testing

/// Elections among candidates of one process, on real agents.
struct LeaderElectionTests {
    private static let patience = Duration.seconds(60)

    private static let options: LockOptions = {
        var options = LockOptions(session: .withoutHealthChecks(timeToLive: .seconds(10)))
        options.session.lockDelay = .seconds(1)
        return options
    }()

    private func candidate(
        _ consul: ConsulHTTPClient,
        _ key: String,
        named name: String,
        gate: LeaderElection.Gate? = nil,
        _ record: Record
    ) throws -> LeaderElection {
        var options = Self.options
        options.value = Array(name.utf8)
        return try LeaderElection(consul, key: key, options, gate: gate) { term in
            record.begin(name, term.number)
            defer { record.end(name) }
            try await Task.sleep(for: .seconds(3600))
        }
    }

    /// The terms that candidates had.
    private final class Record: Sendable {
        private let state = WatchedValue(
            (leading: Set<String>(), terms: [(name: String, number: UInt64)](), isWrong: false)
        )

        func begin(_ name: String, _ number: UInt64) {
            state.update { state in
                if !state.leading.isEmpty { state.isWrong = true }
                state.leading.insert(name)
                state.terms.append((name, number))
            }
        }

        func end(_ name: String) { state.update { _ = $0.leading.remove(name) } }

        var terms: [(name: String, number: UInt64)] { state.current.terms }
        var isWrong: Bool { state.current.isWrong }

        func wait(for count: Int) async throws {
            try await state.wait("\(count) terms", within: LeaderElectionTests.patience) { $0.terms.count >= count }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `One candidate leads at a time, and terms rise when leaders resign`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let key = "election/turns-\(dress)"
        let record = Record()
        try await withConsul(agent) { first in
            try await withConsul(agent) { second in
                let candidates = [
                    try candidate(first, key, named: "a", record), try candidate(second, key, named: "b", record),
                ]
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for candidate in candidates { group.addTask { try await candidate.run() } }
                    for turn in 1...3 {
                        try await record.wait(for: turn)
                        let leader = try #require(try await first.leader(of: key))
                        #expect(leader.text == record.terms.last?.name)
                        #expect(leader.index == record.terms.last?.number)
                        for candidate in candidates { candidate.resign() }
                    }
                    try await record.wait(for: 4)
                    group.cancelAll()
                    while let _ = try? await group.next() {}
                }
            }
            #expect(try await first.leader(of: key) == nil)
        }
        #expect(!record.isWrong)
        let numbers = record.terms.map(\.number)
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        #expect(Set(record.terms.prefix(3).map(\.name)) == ["a", "b"])
    }

    @Test func `A leader whose gate closes resigns, and a candidate with a closed gate is not elected`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let key = "election/gate"
        let record = Record()
        let isOpen = NIOLockedValueBox(false)
        let gate = LeaderElection.Gate(interval: .milliseconds(100)) { isOpen.withLockedValue { $0 } }
        try await withConsul(agent) { consul in
            let gated = try candidate(consul, key, named: "gated", gate: gate, record)
            let running = Task { try await gated.run() }
            isOpen.withLockedValue { $0 = true }
            try await record.wait(for: 1)
            #expect(gated.term?.number == record.terms.first?.number)
            isOpen.withLockedValue { $0 = false }
            try await eventually("the resignation", within: Self.patience) { try await consul.leader(of: key) == nil }
            #expect(gated.term == nil)
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An observer sees the leader and its end`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let key = "election/observed-\(dress)"
        let record = Record()
        try await withConsul(agent) { consul in
            var leaders = try consul.watchLeader(of: key).makeAsyncIterator()
            #expect(try await leaders.next()?.value == .some(nil))
            let candidate = try candidate(consul, key, named: "seen", record)
            let running = Task { try await candidate.run() }
            let seen = try await leaders.next()?.value
            #expect(seen??.text == "seen")
            running.cancel()
            _ = await running.result
            #expect(try await leaders.next()?.value == .some(nil))
        }
    }

    @Test func `An error of the leader's body ends its candidacy, and leaves no leader`() async throws {
        struct Broken: Error {}
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let election = try LeaderElection(consul, key: "election/broken", Self.options) { _ in throw Broken() }
            await #expect(throws: Broken.self) { try await election.run() }
            #expect(try await consul.leader(of: "election/broken") == nil)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An outage that fails a commit of the leader ends its term, and not its candidacy`(dress: AgentDress)
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let key = "election/outage-\(dress)"
        let terms = WatchedValue([UInt64]())
        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
            try await withConsul(port: relay.port) { consul in
                let election = try LeaderElection(consul, key: key, Self.options) { term in
                    let isFirst = terms.update { terms in
                        terms.append(term.number)
                        return terms.count == 1
                    }
                    guard isFirst else { return try await Task.sleep(for: .seconds(3600)) }
                    try await relay.set(.refusing)
                    do { try await term.commit([.set(key + "/work", [])]) } catch {
                        #expect(error is ConsulHTTPError)
                        #expect(term.isHeld)
                        try await relay.set(.open)
                        throw error
                    }
                    Issue.record("a commit through a closed port succeeded")
                }
                let running = Task { try await election.run() }
                try await terms.wait("the second term", within: Self.patience) { $0.count == 2 }
                running.cancel()
                await #expect(throws: CancellationError.self) { try await running.value }
            }
        }
        #expect(terms.current == terms.current.sorted())
    }

    @Test func `A token that loses its permissions ends a term, and the candidate leads again when they are back`()
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny)
        let rules = #"key_prefix "election/denied" { policy = "write" } session_prefix "" { policy = "write" }"#
        let token = try await agent.createToken(rules: rules)
        let terms = WatchedValue(0)
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
            let election = try LeaderElection(consul, key: "election/denied", Self.options) { term in
                guard
                    terms.update({ count in
                        count += 1
                        return count == 1
                    })
                else {
                    return try await Task.sleep(for: .seconds(3600))
                }
                try await agent.setRules("", of: token)
                try await term.commit([.set("election/denied/work", [])])
                Issue.record("a commit without permission succeeded")
            }
            let running = Task { try await election.run() }
            try await terms.wait("the first term", within: Self.patience) { $0 == 1 }
            try await eventually("the end of the first term", within: Self.patience) { election.term == nil }
            try await agent.setRules(rules, of: token)
            try await terms.wait("the second term", within: Self.patience) { $0 == 2 }
            running.cancel()
            _ = await running.result
        }
    }

    @Test func `A denial before the first election ends a candidacy, since the token is wrong`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny)
        let token = try await agent.createToken(rules: #"key_prefix "election/" { policy = "read" }"#)
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
            let election = try LeaderElection(consul, key: "election/wrong", Self.options) { _ in }
            let error = await #expect(throws: ConsulHTTPError.self) { try await election.run() }
            #expect(error?.code == .denied)
        }
    }

    @Test(arguments: [ConsulHTTPError.Code.badRequest, .notFound, .tooLarge, .closed])
    func `A request of the leader's body that is wrong itself ends its candidacy`(code: ConsulHTTPError.Code)
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let election = try LeaderElection(consul, key: "election/wrong-\(code)", Self.options) { _ in
                throw ConsulHTTPError(code, "wrong")
            }
            let error = await #expect(throws: ConsulHTTPError.self) { try await election.run() }
            #expect(error?.code == code)
        }
    }
}
