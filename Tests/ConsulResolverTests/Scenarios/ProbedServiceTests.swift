// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

@testable import TestSupport

struct ProbedServiceTests {
    @Test
    func `A service loses dead endpoints, and no others, while Consul is unreachable`() async throws {
        // One port accepts connections, and one is closed.
        try await withScriptedHTTPServer(script: { _ in [] }) { alive in
            let dead = try LoopbackPorts.free(count: 1)[0]
            let instances = [alive.port, dead].map { DNSReply.Instance("127.0.0.1", port: UInt16($0), node: "n\($0)") }
            let answer: ScriptedDNSServer.Script = { [.reply(.service(to: $0, instances: instances).withEDNS(of: $0))] }
            try await withScriptedDNSServer(script: answer) { dns in
                try await withResolver(ports: [dns.port]) { configuration in
                    configuration.beImpatient()
                    configuration.following.minimumInterval = .milliseconds(50)
                    var probes = ServiceResolver.Configuration.Probes()
                    probes.interval = .milliseconds(100)
                    configuration.probes = probes
                } _: { resolver in
                    let updates = UpdateReader(resolver.service("web").updates)
                    #expect(try await updates.next().endpoints.count == 2)
                    dns.setScript { _ in [] }
                    let left = try await updates.next { $0.endpoints.count == 1 }
                    #expect(left.endpoints.map(\.port) == [UInt16(alive.port)])
                    #expect(left.isStale)
                    dns.setScript(answer)
                    let back = try await updates.next { !$0.isStale }
                    #expect(back.endpoints.count == 2)
                    await updates.stop()
                }
            }
        }
    }
}
