// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

/// The answers of a dressed agent over DNS, compared with recordings of the real versions down to the length in bytes.
@Suite struct DressedDNSTests {
    static let versions: [(AgentDress, String)] = [(.plain, "1.8.7"), (.v1_15, "1.15.7"), (.v1_22, "1.22.7")]

    @Test(arguments: versions)
    func `Answers for 1 to 60 instances have the counts, the length and the OPT record of the real version`(
        dress: AgentDress,
        version: String
    ) async throws {
        let recorded = try Recording(version: version).dns.filter { $0.about.hasSuffix(" instances") }
        #expect(recorded.count == 28)
        try await withConsulAgent(dress: dress) { agent in
            var registered = 0
            for answer in recorded {
                let count = try #require(Int(answer.about.prefix { $0.isNumber }))
                while registered < count { registered = try await register(registered, on: agent) }
                let message = try await ask(agent, TestQuestion(answer.name, edns: answer.edns), answer.transportUsed)
                let real = try #require(answer.message)
                let place = "\(answer.about), \(answer.transportUsed), EDNS \(answer.edns ?? 0)"
                #expect(message.count == real.count, "\(place)")
                // The flags and the counts of the header.
                #expect(message[2..<12] == real[2..<12], "\(place)")
                #expect(try hasOPT(message) == hasOPT(real), "\(place)")
            }
            let mixed = try #require(try Recording(version: version).dns.first { $0.about == "mixed case" })
            let message = try await ask(agent, TestQuestion(mixed.name, edns: mixed.edns), .udp)
            #expect(try suffixes(message) == suffixes(try #require(mixed.message)))
            #expect(try suffixes(message).count == (dress == .plain ? 2 : 1))
        }
    }

    @Test func `The trimming model matches a real 1.8.7 agent`() async throws {
        try await withConsulAgent { agent in
            var registered = 0
            // Numbers of instances around the sizes at which trimming begins.
            for count in Array(1...12) + Array(17...23) + Array(36...46) + Array(60...70) {
                while registered < count { registered = try await register(registered, on: agent) }
                let whole = try await ask(agent, TestQuestion("big.service.consul"), .tcp)
                for size: UInt16? in [nil, 1232, 4096] {
                    let real = try await ask(agent, TestQuestion("big.service.consul", edns: size), .udp)
                    let model = AnswerTrimming.datagram(ednsSize: size).trimmed(try #require(DNSReply(reading: whole)))
                    #expect(model.reply.answers.count == Int(real[7]), "\(count), \(size ?? 0)")
                    // The agent adds the OPT record after trimming.
                    #expect(model.reply.bytes.count + (size == nil ? 0 : 11) == real.count, "\(count), \(size ?? 0)")
                }
            }
        }
    }

    @Test(arguments: DressedReadTests.dresses)
    func `An answer over TCP that the agent had to trim has no OPT record`(dress: AgentDress) async throws {
        try await withConsulAgent(dress: dress) { agent in
            try await agent.registerInstances(of: "large", count: 1100)
            let answer = try await ask(agent, TestQuestion("large.service.consul", edns: 4096), .tcp)
            #expect(try !hasOPT(answer))
            try await agent.registerInstances(of: "small", count: 40)
            let whole = try await ask(agent, TestQuestion("small.service.consul", edns: 4096), .tcp)
            #expect(try hasOPT(whole))
        }
    }

    @Test func `Queries without instances get the answer of the agent itself`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: .v1_22)
        for (name, type) in [("nope.service.consul", DNSType.srv), ("consul", DNSType.soa), ("example.com", DNSType.a)]
        {
            let question = TestQuestion(name, type: type, edns: 4096)
            let own = try await withPlainDNSClient(.udp, port: agent.ownPorts.dns) { client in
                try await client.send(question.bytes)
                return try await client.receive()
            }
            #expect(try await ask(agent, question, .udp).count == own.count, "\(name)")
        }
    }

    @Test func `A recorded message is the same after reading and writing`() throws {
        var count = 0
        for version in Recording.versions {
            for answer in try Recording(version: version).dns {
                guard let message = answer.message, let reply = DNSReply(reading: message) else { continue }
                // Recursion was desired in all recorded queries.
                #expect(reply.bytes == message, "\(version), \(answer.about)")
                count += 1
            }
        }
        #expect(count > 160)
    }

    // MARK: Registering and querying

    private func register(_ number: Int, on agent: ConsulAgent) async throws -> Int {
        let address = "10.0.0.\(101 + number)"
        try await agent.registerLocally(
            ServiceRegistration("big", id: "big-\(number)", address: address, port: 8100 + number)
        )
        // An agent passes a registration on to its server with a short delay.
        try await eventually("instance \(number) in the catalog") {
            try await agent.get("/v1/health/service/big").body.contains(address)
        }
        return number + 1
    }

    private func ask(_ agent: ConsulAgent, _ question: TestQuestion, _ transport: DNSTransport) async throws -> [UInt8]
    {
        try await withPlainDNSClient(transport, port: agent.ports.dns) { client in
            try await client.send(question.bytes)
            return try await client.receive()
        }
    }

    private func hasOPT(_ message: [UInt8]) throws -> Bool {
        try #require(DNSReply(reading: message)).additional.contains { $0.data.type == DNSType.opt }
    }

    /// Returns the last labels of all names in the message.
    private func suffixes(_ message: [UInt8]) throws -> Set<String> {
        let reply = try #require(DNSReply(reading: message))
        let names = (reply.answers + reply.additional).flatMap { record -> [DNSName] in
            if case .srv(_, _, _, let target) = record.data { [record.owner, target] } else { [record.owner] }
        }
        return Set(names.compactMap { $0.labels.last.map { String(decoding: $0, as: UTF8.self) } })
    }
}
