// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

/// The lifetime of a dressed agent and its proxy.
@Suite struct DressedAgentTests {
    @Test
    func `A killed dressed agent refuses connections, and answers on the same ports after a restart`() async throws {
        try await withConsulAgent(dress: .v1_22) { agent in
            #expect(try await agent.reply("GET", "/v1/status/leader").status == 200)
            try await agent.kill()
            await #expect(throws: (any Error).self) { try await agent.reply("GET", "/v1/status/leader") }
            try await agent.restart()
            #expect(try await agent.reply("GET", "/v1/status/leader").status == 200)
            for transport in DNSTransport.allCases {
                let answer = try await withPlainDNSClient(transport, port: agent.ports.dns) { client in
                    try await client.send(TestQuestion.web)
                    return try await client.receive()
                }
                #expect(DNSReply(reading: answer)?.code == .nameError)
            }
        }
    }

    @Test func `A blocking read fails when the agent is killed`() async throws {
        try await withConsulAgent(dress: .v1_22) { agent in
            try await agent.register(ServiceRegistration("web"))
            let index = try #require(try await agent.reply("GET", "/v1/health/service/web")["Index"])
            let waiting = Task { try await agent.reply("GET", "/v1/health/service/web?index=\(index)&wait=60s") }
            try await agent.kill()
            await #expect(throws: (any Error).self) { try await waiting.value(within: .seconds(20)) }
        }
    }

    @Test func `A duration is read in Go's format`() {
        #expect(Duration(goText: "1h2m3.5s") == .milliseconds(3_723_500))
        #expect(Duration(goText: "250ms") == .milliseconds(250))
        for text in ["", "5", "s", "5x", "5s-"] { #expect(Duration(goText: text) == nil, "\(text)") }
    }
}
