// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NIOHTTP1
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import EndpointProbing

struct ProberTests {
    @Test
    func `A prober begins with Consul's view, and changes a verdict after the configured results`() async throws {
        try await withProbedServer(.answer(.ok)) { server in
            try await withProber(Probing.http(fall: 3, rise: 2), server.targets) { running in
                for (status, count, verdict) in [
                    (HTTPResponseStatus.ok, 1, ProbeVerdict.up), (.serviceUnavailable, 3, .down), (.ok, 2, .up),
                ] {
                    server.behave(.answer(status))
                    let before = running.published.current.count
                    for _ in 0..<count {
                        #expect(running.published.current.count == before)
                        try await running.probeOnce(server)
                    }
                    try await running.published.wait("a verdict", within: .seconds(30)) { $0.count == before + 1 }
                    #expect(running.published.current.last == [server.targets[0]: verdict])
                }
            }
            #expect(server.state.current.requests.count == 6)
            #expect(server.state.current.accepted == 6, "every probe has a connection of its own")
        }
    }

    @Test
    func `A prober reports live and dead endpoints, and does not probe those without a port`() async throws {
        try await withProbedServer(.silence, ports: 3) { server in
            let nobody = HostPort(loopback: 1)
            let verdicts = verdicts(.up, server.targets) + [nobody: .down]
            try await withProber(Probing.tcp(), server.targets + [nobody, HostPort(loopback: 0)]) { running in
                try await running.run(until: verdicts)
            }
        }
    }

    @Test
    func `A prober rests without endpoints, drops removed ones, and begins with new ones`() async throws {
        try await withProbedServer(.answer(.ok), ports: 2) { server in
            try await withProber(Probing.http(), server.targets) { running in
                try await running.run(until: verdicts(.up, server.targets))
                running.prober.update([])
                try await running.published.wait("no verdict", within: .seconds(30)) { $0.last == [:] }
                #expect(running.clock.sleeperCount == 0)
                let one = server.targets[0]
                running.prober.update([Endpoint(host: one.host, port: one.port)])
                try await running.run(until: [one: .up])
            }
        }
    }

    @Test func `A prober keeps the verdicts of endpoints that stay`() async throws {
        try await withProbedServer(.answer(.ok), ports: 2) { server in
            try await withProber(Probing.http(), [server.targets[0]]) { running in
                try await running.run(until: verdicts(.up, [server.targets[0]]))
                running.prober.update(server.targets.map { Endpoint(host: $0.host, port: $0.port) })
                try await running.run(until: verdicts(.up, server.targets))
                #expect(
                    running.published.current == [
                        verdicts(.up, [server.targets[0]]), verdicts(.up, server.targets),
                    ]
                )
            }
        }
    }

    @Test
    func `A prober limits its connections to a hundred endpoints`() async throws {
        try await withProbedServer(.silence, ports: 100) { server in
            var probes = Probing.http()
            (probes.interval, probes.timeout) = (.seconds(86_400), .seconds(86_400))
            try await withProber(probes, server.targets) { running in
                try await running.clock.waitForSleepers(1, within: .seconds(30))
                running.clock.advance(by: .seconds(86_400))
                // The first answer is sent when all permitted connections are open, so any surplus would show.
                try await server.state.wait("16 connections", within: .seconds(30)) { $0.open == 16 }
                let answering = Task { while true { try await server.answerOne() } }
                defer { answering.cancel() }
                let all = verdicts(.up, server.targets)
                try await running.published.wait("all verdicts", within: .seconds(30)) { $0.last == all }
            }
            #expect(server.state.current.mostUnanswered == 16)
            try await server.state.wait("no connection", within: .seconds(30)) { $0.open == 0 }
        }
    }

    @Test
    func `A prober ends at once when it is canceled, and leaves no connection behind`() async throws {
        try await withProbedServer(.silence, ports: 20) { server in
            var probes = Probing.http()
            (probes.interval, probes.timeout) = (.seconds(86_400), .seconds(86_400))
            try await withProber(probes, server.targets) { running in
                try await running.clock.waitForSleepers(1, within: .seconds(30))
                running.clock.advance(by: .seconds(86_400))
                try await server.state.wait("connections", within: .seconds(30)) { $0.requests.count == 16 }
            }
            try await server.state.wait("no connection", within: .seconds(30)) { $0.open == 0 }
        }
    }

    @Test func `A prober that never had an endpoint ends`() async throws {
        try await withProber(Probing.tcp(), []) { running in
            #expect(running.clock.sleeperCount == 0)
        }
    }

    private func verdicts(_ verdict: ProbeVerdict, _ targets: [HostPort]) -> [HostPort: ProbeVerdict] {
        [HostPort: ProbeVerdict](uniqueKeysWithValues: targets.map { ($0, verdict) })
    }
}

extension [HostPort: ProbeVerdict] {
    fileprivate static func + (left: Self, right: Self) -> Self { left.merging(right) { $1 } }
}
