// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

@Suite("Somebody who forges answers", .serialized)
struct ForgeryTests {
    /// A forger who has found the client's port and knows the question. What is left to guess is the id, or the lower twelve
    /// bits of it. The letters are in lower case, because a forger does not see how they were sent.
    private struct Forger {
        /// The ids that it tries, or their lower bits, in an order of its own.
        private let guesses: ArraySlice<UInt16>

        private let knownBits: UInt16

        init(seed: UInt64, knownBits: UInt16, guesses count: Int) {
            var random = SeededGenerator(seed: seed)
            self.knownBits = knownBits
            let last = ~knownBits
            guesses = (0...last).shuffled(using: &random).prefix(count)
        }

        /// Sends the guesses in bursts that the client's receive buffer holds.
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
        "succeeds within as many guesses as there are ids where nothing is done about it",
        arguments: 0..<2 as Range<UInt64>
    )
    func unguarded(seed: UInt64) async throws {
        let forger = Forger(seed: seed, knownBits: 0xF000, guesses: 4096)
        try await withScriptedDNSServer(script: { forger.steps($0) }) { server in
            try await withDNSClient { client in
                let answers = await client.askAll(serviceNames(1), port: server.port, over: .udp)
                #expect(answers.allSatisfy(isForged))
                #expect(server.queries.count == 1)
            }
        }
    }

    @Test("is heard eight times at each of three ports, and not believed once", arguments: 0..<2 as Range<UInt64>)
    func guarded(seed: UInt64) async throws {
        let forger = Forger(seed: seed, knownBits: 0, guesses: 256)
        let script: ScriptedDNSServer.Script = { query in
            query.transport == .udp ? forger.steps(query) : [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
                for name in serviceNames(4) {
                    let error = await client.failure(name, port: server.port)
                    #expect(error?.code == .suspectedForgery)
                    // The caller's way out, which takes more than guessing.
                    try await client.expectAnswer(name, port: server.port, over: .tcp)
                }
                let datagrams = server.queries.filter { $0.transport == .udp }
                // One more for each time that the id was guessed, which happens once in 700 runs.
                #expect((12...13).contains(datagrams.count))
                // The kernel chooses by chance: two of them may be equal.
                #expect(Set(datagrams.map(\.sourcePort)).count >= datagrams.count - 1)
            }
        }
    }

    @Test("does not make a query fail that is answered in time at another port")
    func answeredMeanwhile() async throws {
        let script: ScriptedDNSServer.Script = { query in
            // Wrong guesses come first, at the first port only.
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

    @Test("is not believed for having the id: the case of the name has to be right, too")
    func rightID() async throws {
        let script: ScriptedDNSServer.Script = { query in
            var forged = DNSReply.service(to: query, instances: [.init("10.6.6.6", port: 666, node: "evil")])
            forged.questionName = DNSName(query.name.lowercased())
            // Once: who guesses one id has not guessed the next.
            return (query.sequence == 0 ? [.reply(forged)] : []) + [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.guardsLoopback = true }) { client in
                try await client.expectAnswer("a-rather-long-name-with-many-letters.service.consul", port: server.port)
            }
        }
    }

    @Test("is not favored by a client that sends all from one port: it changes", arguments: [true, false])
    func rotation(isGuarded: Bool) async throws {
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

@Suite("The case of a name", .serialized)
struct NameCaseTests {
    @Test("is another in each query, and in the answer that of the question as it was asked")
    func mixed() async throws {
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

    @Test("is left alone over TCP, and where servers are not guarded against")
    func untouched() async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            for isGuarded in [true, false] {
                try await withDNSClient(configure: { $0.guardsLoopback = isGuarded }) { client in
                    try await client.expectAnswer(port: server.port, over: isGuarded ? .tcp : .udp)
                }
            }
            #expect(server.queries.map(\.name) == ["web.service.consul.", "web.service.consul."])
        }
    }

    @Test("is given up for a server that lowers it: answers cost two queries until that is known, and one then")
    func lowered() async throws {
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

    @Test("may be that of the question in the names of an answer, as newer versions of Consul write them")
    func targets() async throws {
        let script: ScriptedDNSServer.Script = { query in
            // The domain of targets is taken from the question since 1.15.
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

    @Test("is repeated by a real agent, whose answers are read as ever")
    func realAgent() async throws {
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
