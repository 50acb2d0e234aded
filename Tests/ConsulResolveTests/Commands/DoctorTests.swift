// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

struct DoctorTests {
    /// Returns the findings with a mark, as `topic: observation`.
    private func findings(_ outcome: CommandLineTool.Outcome, _ mark: String) throws -> [String] {
        let findings = try #require(try outcome.json()["findings"] as? [[String: Any]])
        for finding in findings { #expect(Set(finding.keys) == ["mark", "topic", "seen", "advice"]) }
        return findings.filter { $0["mark"] as? String == mark }
            .map { "\($0["topic"] as? String ?? ""): \($0["seen"] as? String ?? "")" }
    }

    private func run(_ dress: AgentDress, _ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.run(
            ["doctor"] + arguments + ["--format", "json", "--timeout", "20s"] + TestService.server(dress)
                + TestService.http(dress)
        )
    }

    @Test(
        arguments: AgentDress.allCases
    )
    func `The doctor finds no problem on a healthy agent, and notes what plain DNS clients see`(dress: AgentDress)
        async throws
    {
        let outcome = try await run(dress)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(try findings(outcome, "problem").isEmpty)
        #expect(
            try findings(outcome, "note").contains { $0.hasPrefix("plain DNS: DNS clients without EDNS see at most 3") }
        )
        let praise = try findings(outcome, "ok")
        for topic in ["DNS over UDP", "DNS over TCP", "HTTP API", "leader", "agent", "datacenter", "token"] {
            #expect(praise.contains { $0.hasPrefix(topic) })
        }
    }

    @Test(
        arguments: AgentDress.allCases
    )
    func `The doctor finds that DNS and HTTP agree about a service, also one too large for a datagram`(
        dress: AgentDress
    ) async throws {
        let small = try await run(dress, "cli-web")
        #expect(small.status == 0)
        #expect(try findings(small, "problem").isEmpty)
        #expect(try findings(small, "ok").contains("agreement: DNS and the HTTP API show the same 2 instances"))
        // The dress takes seconds to trim an answer of this size.
        guard dress == .plain else { return }
        let large = try await run(dress, "cli-large")
        #expect(
            try findings(large, "note").contains {
                $0.contains("sees 3 of 900 instances of cli-large and no indication")
            }
        )
        let huge = try await run(dress, "cli-huge")
        #expect(huge.status == 0)
        #expect(try findings(huge, "problem").contains { $0.hasPrefix("size: DNS shows ") })
    }

    @Test(
        arguments: [
            (["cli-wev"], "no service of that name is registered"),
            (["cli-web", "--tag", "v2"], "no instance has the tag v2"),
            (["cli-ill"], "all of its instances are critical"),
            (["cli-web", "--datacenter", "dc9"], "no datacenter dc9"),
        ],
        AgentDress.allCases
    )
    func `The doctor explains why a service is empty, and exits with 2`(
        expected: (arguments: [String], words: String),
        dress: AgentDress
    ) async throws {
        let (arguments, words) = expected
        let outcome = try await CommandLineTool.run(
            ["doctor"] + arguments + ["--format", "json"] + TestService.server(dress) + TestService.http(dress)
        )
        #expect(outcome.status == 2)
        #expect(try findings(outcome, "problem").contains { $0.contains(words) })
    }

    @Test
    func `The doctor names the remedies when no agent answers, and exits with 3`() async throws {
        for arguments in [["doctor"], ["doctor", "web"], ["doctor", "--via", "dns"], ["doctor", "--via", "http"]] {
            let outcome = try await CommandLineTool.run(arguments)
            #expect(outcome.status == 3)
            #expect(outcome.output.contains("\nproblem  ") || outcome.output.hasPrefix("problem  "))
            #expect(outcome.output.contains("-> start the agent"))
            #expect(outcome.errors.isEmpty)
        }
    }

    @Test
    func `The doctor checks DNS when HTTP has a wrong port or no certificates, and HTTP when DNS fails`() async throws {
        let dns = try await TestService.server()
        let mixedUp = try await ["--http-address", "https://\(TestService.http()[1])"]
        let tls = try await CommandLineTool.run(["doctor", "cli-web"] + dns + mixedUp)
        #expect(tls.status == 0)
        #expect(tls.output.contains("does not speak TLS"))
        let certificates = try await CommandLineTool.run(
            ["doctor", "cli-web"] + dns + mixedUp,
            environment: ["CONSUL_CACERT": "/nowhere/ca.pem"]
        )
        #expect(certificates.status == 0)
        #expect(certificates.output.contains("/nowhere/ca.pem"))
        let http = try await CommandLineTool.run(["doctor", "cli-web"] + TestService.http())
        #expect(http.status == 0)
        #expect(
            http.output.contains("the agent behind the HTTP API has its DNS on port \(dns[1].split(separator: ":")[1])")
        )
    }

    @Test(arguments: AgentDress.allCases)
    func `The doctor diagnoses tokens without printing one`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        try await agent.register(ServiceRegistration("doctor-web"))
        let reads = #"service "doctor-web" { policy = "read" } node_prefix "" { policy = "read" }"#
        let token = try await agent.createToken(rules: reads)
        let flags = [
            "--dns-server", "127.0.0.1:\(agent.ports.dns)", "--http-address", "127.0.0.1:\(agent.ports.http)",
            "--format", "json",
        ]
        func examine(_ arguments: [String], _ environment: [String: String]) async throws -> CommandLineTool.Outcome {
            let outcome = try await CommandLineTool.run(["doctor"] + arguments + flags, environment: environment)
            for secret in environment.values {
                #expect(!outcome.output.contains(secret) && !outcome.errors.contains(secret))
            }
            return outcome
        }

        let http = ["--via", "http"]
        let anonymous = try await examine(http, [:])
        #expect(try findings(anonymous, "problem") == ["token: a request without a token may read no service at all"])
        let stranger = try await examine(http, ["CONSUL_HTTP_TOKEN": "no-such-token-77"])
        #expect(
            try findings(stranger, "problem") == ["token: Consul does not know the token of CONSUL_HTTP_TOKEN"]
        )
        // DNS returns no instance, since the agent's own token may not read the service either.
        let strangers = try await examine(["doctor-web"], ["CONSUL_HTTP_TOKEN": "no-such-token-77"])
        #expect(strangers.status == 3)
        #expect(
            try findings(strangers, "problem").contains(
                "doctor-web over HTTP: it may not be read: Consul does not know the token of CONSUL_HTTP_TOKEN"
            )
        )
        #expect(strangers.output.contains(#"service \"doctor-web\" { policy = \"read\" }"#))
        // The HTTP API has stated why, so the doctor does not send the user there, as it does after DNS alone.
        let advice = "only the HTTP API states why"
        #expect(!strangers.output.contains(advice))
        #expect(try await examine(["doctor-web", "--via", "dns"], [:]).output.contains(advice))
        let known = try await examine(["doctor-web"] + http, ["CONSUL_HTTP_TOKEN": token.secret])
        #expect(known.status == 0)
        #expect(try findings(known, "problem").isEmpty)
        #expect(try findings(known, "note").contains { $0.contains("may not read the agent's configuration") })
        let denied = try await examine(["doctor-other"] + http, ["CONSUL_HTTP_TOKEN": token.secret])
        #expect(denied.status == 3)
        #expect(
            try findings(denied, "problem").contains(
                "doctor-other over HTTP: it may not be read by the token of CONSUL_HTTP_TOKEN"
            )
        )
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `The doctor reports that the cluster has no leader`(dress: AgentDress) async throws {
        try await withConsulAgent(mode: .lone, dress: dress) { agent in
            let outcome = try await CommandLineTool.run([
                "doctor", "--format", "json", "--http-address", "127.0.0.1:\(agent.ports.http)", "--dns-server",
                "127.0.0.1:\(agent.ports.dns)",
            ])
            #expect(try findings(outcome, "problem").contains { $0.hasPrefix("leader: there is no leader") })
        }
    }

    @Test(
        arguments: [
            ["--tag", "v1"], ["--datacenter", "dc1"], [""], ["a.b", "--via", "dns"], ["web", "extra"],
            ["--format", "plain"],
        ]
    )
    func `The doctor rejects invalid arguments with status 64`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(["doctor"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
    }

    @Test func `The findings fit the width of a terminal, and are whole lines elsewhere`() async throws {
        let arguments = try await ["doctor", "cli-huge", "--tag", "v9"] + TestService.server() + TestService.http()
        let shown = try await CommandLineTool.runOnTerminal(arguments, environment: ["TERM": "xterm"])
        let lines = shown.lines.map { $0.replacing("\u{1B}[1m", with: "").replacing("\u{1B}[0m", with: "") }
        #expect(lines.count > 3 && lines.allSatisfy { $0.count <= 80 }, "\(shown.output)")
        let piped = try await CommandLineTool.run(arguments)
        #expect(piped.lines.count < lines.count)
        #expect(
            lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined().filter { $0 != " " }
                == piped.lines.joined().filter { $0 != " " }
        )
    }
}
