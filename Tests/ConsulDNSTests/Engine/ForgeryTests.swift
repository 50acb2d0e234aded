// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct ForgeryTests {
    /// An attacker that has found the client's port and knows the question. It has to guess the ID, or the lower twelve
    /// bits of it. The letters are in lower case, because an attacker does not see how they were sent.
    private struct Forger {
        /// The IDs that it tries, or their lower bits, in random order.
        private let guesses: ArraySlice<UInt16>

        private let knownBits: UInt16

        init(seed: UInt64, knownBits: UInt16, guesses count: Int) {
            var random = SeededGenerator(seed: seed)
            self.knownBits = knownBits
            let last = ~knownBits
            guesses = (0...last).shuffled(using: &random).prefix(count)
        }

        /// Returns the steps that send the guesses, in bursts that fit the client's receive buffer.
        func steps(_ query: ScriptedQuery) -> [ScriptedStep] {
            var reply = DNSReply.service(to: query, instances: [.init("10.6.6.6", port: 666, node: "evil")])
            reply.questionName = DNSName(query.name.lowercased())
            var bytes = reply.bytes
            var steps: [ScriptedStep] = []
            for (number, guess) in guesses.enumerated() {
                let id = query.id & knownBits | guess
                bytes[0] = UInt8(id >> 8)
                bytes[1] = UInt8(id & 0xFF)
                steps.append(.send(bytes))
                if number % 128 == 127 { steps.append(.delay(.milliseconds(1))) }
            }
            return steps
        }
    }

    private func isForged(_ answer: Result<DNSAnswer, any Error>) -> Bool {
        guard let bytes = answer.bytes, let message = try? Message(parsing: bytes) else { return false }
        return message.answers.contains { "\($0)".contains("666") }
    }

    @Test(
        arguments: 0..<2 as Range<UInt64>
    )
    func `Forging an unguarded answer takes as many guesses as there are IDs`(seed: UInt64) async throws {
        let forger = Forger(seed: seed, knownBits: 0xF000, guesses: 4096)
        try await withScriptedDNSServer(script: { forger.steps($0) }) { server in
            try await withDNSClient { client in
                let answers = await client.askAll(serviceNames(1), port: server.port, over: .udp)
                #expect(answers.allSatisfy(isForged))
                #expect(server.queries.count == 1)
            }
        }
    }

    @Test(arguments: 0..<2 as Range<UInt64>)
    func `Forged answers are read eight times at each of three ports, and never accepted`(seed: UInt64) async throws {
        let forger = Forger(seed: seed, knownBits: 0, guesses: 256)
        let script: ScriptedDNSServer.Script = { query in
            query.transport == .udp ? forger.steps(query) : [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
                for name in serviceNames(4) {
                    let error = await client.failure(name, port: server.port)
                    #expect(error?.code == .suspectedForgery)
                    // The caller's alternative, where forging takes more than guessing.
                    try await client.expectAnswer(name, port: server.port, over: .tcp)
                }
                let datagrams = server.queries.filter { $0.transport == .udp }
                // One more for each time that the ID was guessed, which happens once in 700 runs.
                #expect((12...13).contains(datagrams.count))
                // The kernel chooses ports randomly: two of them may be equal.
                #expect(Set(datagrams.map(\.sourcePort)).count >= datagrams.count - 1)
            }
        }
    }

    @Test
    func `Forged answers do not fail a query that is answered in time at another port`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            // Wrong guesses arrive first, at the first port only.
            let strays = (0..<8).map { _ in ScriptedStep.send(DNSReply(to: query).bytes(.identifier)) }
            return (query.sequence == 0 ? strays : []) + [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
                try await client.expectAnswer(port: server.port)
                #expect(server.queries.count == 2)
                #expect(Set(server.queries.map(\.sourcePort)).count == 2)
            }
        }
    }

    @Test
    func `A forged answer with the right ID is refused if the case of its name is wrong`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            var forged = DNSReply.service(to: query, instances: [.init("10.6.6.6", port: 666, node: "evil")])
            forged.questionName = DNSName(query.name.lowercased())
            // Once: after one guessed ID the next one is unknown again.
            return (query.sequence == 0 ? [.reply(forged)] : []) + [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
                try await client.expectAnswer("a-rather-long-name-with-many-letters.service.consul", port: server.port)
            }
        }
    }

    @Test(arguments: [true, false])
    func `A guarded client changes its source port, an unguarded one keeps it`(isGuarded: Bool) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = isGuarded }) { client in
                let names = serviceNames(1500)
                let answers = await client.askAll(names, port: server.port, over: .udp)
                #expect(zip(answers, names).allSatisfy { isNamed($0.bytes, $1) })
                let ports = Dictionary(grouping: server.queries, by: \.sourcePort).mapValues(\.count)
                #expect(isGuarded ? ports.count >= 5 : ports.count == 1)
                #expect(!isGuarded || ports.values.allSatisfy { $0 <= 256 })
            }
        }
    }
}

@Suite(.serialized)
struct NameCaseTests {
    @Test
    func `The case of a name differs in each query and is restored in the answer`() async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
                let name: DomainName = "Some-Service-with-a-Name.service.consul"
                var spellings: Set<String> = []
                for _ in 0..<8 {
                    let answer = try await client.ask(name, port: server.port)
                    let message = try answer.message()
                    #expect(message.questions.first?.name.description == name.description)
                    // Owners are pointers to the question.
                    #expect(message.answers.first?.name.description == name.description)
                    spellings.insert(try #require(server.queries.last).name)
                }
                #expect(spellings.count == 8)
                #expect(Set(spellings.map { $0.lowercased() }).count == 1)
            }
        }
    }

    @Test
    func `The case of a name is unchanged over TCP and for unguarded servers`() async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            for isGuarded in [true, false] {
                try await withDNSClient(configure: { $0.guardsLoopback = isGuarded }) { client in
                    try await client.expectAnswer(port: server.port, over: isGuarded ? .tcp : .udp)
                }
            }
            #expect(server.queries.map(\.name) == ["web.service.consul.", "web.service.consul."])
        }
    }

    @Test
    func `Random case costs a server that lowercases names three more queries in all`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            var reply = namedReply(to: query)
            reply.questionName = DNSName(query.name.lowercased())
            return [.reply(reply)]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
                let names = serviceNames(20).map { DomainName(stringLiteral: "a-long-enough-name-\($0)") }
                for name in names { try await client.expectAnswer(name, port: server.port) }
                #expect(server.queries.count == 23)
                #expect(server.queries.suffix(17).allSatisfy { $0.name == $0.name.lowercased() })
            }
        }
    }

    @Test
    func `Names in an answer may have the case of the query, as in newer versions of Consul`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            // Since 1.15, targets have the domain of the question, in its case.
            let domain = String(query.name.dropLast().suffix(6))
            let node = DNSName("n1.node.dc1.\(domain).")
            let address = DNSName("0a000002.addr.dc1.\(domain).")
            let reply = DNSReply(to: query).with {
                $0.answers = [
                    .service(node, owner: DNSName(query.name)), .service(address, owner: DNSName(query.name), port: 81),
                ]
                $0.additional = [DNSRecord(node, .a("10.0.0.1")), DNSRecord(address, .a("10.0.0.2"))]
                $0.compression = .none
            }
            return [.reply(reply)]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
                for _ in 0..<8 {
                    let answer = try await client.ask(port: server.port)
                    let read = try ServiceAnswer(parsing: answer.bytes, answering: webQuestion, domain: .consul)
                    #expect(
                        read.instances.map(\.target) == [
                            .address("10.0.0.1", node: "n1"), .address("10.0.0.2", node: nil),
                        ]
                    )
                }
            }
        }
    }

    @Test
    func `A real agent repeats the case of a name, and its answers are read as usual`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
            for _ in 0..<20 {
                let answer = try await client.ask("consul.service.consul", port: agent.ports.dns, edns: 1232)
                let question = Question(name: "consul.service.consul", type: .srv)
                let read = try ServiceAnswer(parsing: answer.bytes, answering: question, domain: .consul)
                #expect(read.instances.count == 1)
                #expect(try answer.message().questions.first?.name.description == "consul.service.consul.")
            }
        }
    }
}
