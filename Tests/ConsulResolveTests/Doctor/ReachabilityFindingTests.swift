// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

@testable import consul_resolve

struct ReachabilityFindingTests {
    private let refused = ConsulHTTPError(.transport, "no process listens on http://127.0.0.1:8500")

    @Test func `A healthy system has no complaints`() {
        let diagnosis = Diagnosis(.healthy)
        #expect(Facts.healthy.complaints.isEmpty)
        #expect(diagnosis.status == ExitStatus.success)
        #expect(diagnosis.text.hasSuffix("\nno problems"))
        #expect(diagnosis.findings.map(\.topic).prefix(4) == ["DNS over UDP", "DNS over TCP", "HTTP API", "leader"])
    }

    @Test(
        arguments: [
            (
                NameserverFacts.Probe.silent("refused"), NameserverFacts.Probe.speaks,
                "every query takes a connection"
            ),
            (.speaks, .silent("refused"), "with many instances are incomplete"),
            (.declines("SERVFAIL"), .speaks, "leader"),
            (.speaks, .declines("REFUSED"), "is not authoritative for the domain"),
        ]
    )
    func `A DNS finding describes the answer of the nameserver`(
        udp: NameserverFacts.Probe,
        tcp: NameserverFacts.Probe,
        words: String
    ) throws {
        let facts = Facts.healthy.with {
            $0.nameservers = [NameserverFacts(server: "127.0.0.1:8600", udp: udp, tcp: tcp)]
        }
        let complaint = try #require(facts.complaints.first)
        #expect(facts.complaints.count == 1)
        #expect(complaint.mark == .problem && complaint.seen.contains(words) && complaint.advice != nil)
        #expect(Diagnosis(facts).status == ExitStatus.success)
    }

    @Test(
        arguments: [(8601, "port 8601"), (-1, "switched off"), (nil, "start the agent")] as [(Int?, String)]
    )
    func `A DNS finding names the DNS port of the agent, if it has one`(port: Int?, words: String) {
        let facts = Facts.healthy.with {
            let silent = NameserverFacts.Probe.silent("refused")
            $0.nameservers = [NameserverFacts(server: "127.0.0.1:8600", udp: silent, tcp: silent)]
            $0.http?.agent = .success(.sample.with { $0.dns.port = port })
        }
        #expect(facts.complaints.count == 2)
        #expect(facts.complaints.allSatisfy { $0.advice?.contains(words) == true })
    }

    @Test
    func `An unreachable HTTP API is reported once, and leads to status 3 if DNS is missing as well`() {
        let facts = Facts.healthy.with {
            $0.http?.leader = .failure(refused)
            $0.http?.agent = .failure(refused)
            $0.http?.datacenters = .failure(refused)
            $0.http?.services = .failure(refused)
        }
        #expect(facts.complaints.map(\.topic) == ["HTTP API"])
        #expect(facts.complaints.map(\.seen) == [refused.message])
        #expect(Diagnosis(facts).status == ExitStatus.success)
        #expect(Diagnosis(facts.with { $0.nameservers = nil }).status == ExitStatus.unknown)
    }

    @Test(
        arguments: [
            (ConsulHTTPError.Code.badRequest, "Client sent an HTTP request to an HTTPS server.", "https://"),
            (.timedOut, "no answer", "--timeout"), (.tokenUnavailable, "the token file t is gone", "file"),
            (.notFound, "404", "--http-address"),
        ]
    )
    func `A finding explains why the HTTP API cannot be reached`(
        code: ConsulHTTPError.Code,
        message: String,
        words: String
    ) {
        let facts = Facts.healthy.with { $0.http?.leader = .failure(ConsulHTTPError(code, message)) }
        #expect(facts.complaints.first { $0.topic == "HTTP API" }?.advice?.contains(words) == true)
    }

    @Test func `A finding reports a missing leader, and an agent without servers`() {
        let leaderless = Facts.healthy.with { $0.http?.leader = .success(nil) }
        #expect(leaderless.complaints.map(\.topic) == ["leader"])
        let alone = Facts.healthy.with { $0.http?.leader = .failure(ConsulHTTPError(.noLeader, "No known servers")) }
        #expect(alone.complaints.map(\.topic) == ["leader"])
        #expect(alone.complaints[0].seen.contains("knows no servers"))
    }

    @Test(
        arguments: [
            ("1.19.0", true), ("1.19.1", true), ("1.19.1+ent", true), ("1.19.2", false), ("1.19.10", false),
            ("1.8.7", false),
        ]
    )
    func `A finding warns of the Consul versions with broken DNS, and of no others`(version: String, isBroken: Bool) {
        let facts = Facts.healthy.with { $0.http?.agent = .success(.sample.with { $0.version = version }) }
        #expect(facts.complaints.contains { $0.topic == "version" } == isBroken)
    }

    @Test func `A finding reports an unknown datacenter`() {
        let facts = Facts.healthyService.with { $0.service?.datacenter = "dc9" }
        #expect(facts.complaints.map(\.topic) == ["datacenter"])
        let known = Facts.healthyService.with { $0.service?.datacenter = "DC2" }
        #expect(known.complaints.isEmpty)
    }
}
