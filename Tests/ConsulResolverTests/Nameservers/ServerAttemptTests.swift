// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress
import Testing

@testable import ConsulDNS
@testable import ConsulResolver
@testable import ResolutionSources
@testable import ResolverSupport

struct ServerAttemptTests {
    private let server = Nameserver(address: .v4(.loopback), port: 8600)

    @Test(
        arguments: [
            ("web.service.consul.", true), ("_web._tcp.consul.", true), ("WEB.Service.Consul.", true),
            ("n1.node.consul.", true), ("web.service.dc2.consul.", false), ("nearest-web.query.consul.", false),
            ("www.example.com.", false),
        ]
    )
    func `Silence counts against a nameserver for a local name, not for a forwarded one`(name: String, isOwn: Bool)
        throws
    {
        let name = try DomainName(name)
        var attempt = ServerAttempt(server: server, budget: Deadline(in: .seconds(1)), .init(start: .now))
        attempt.miss(DNSClientError(.timedOut), over: .udp, isFair: !name.mayBePassedOn(inDomain: .consul))
        #expect(attempt.failure([])?.kind == .silence(isFair: isOwn))
        #expect(attempt.lostDatagram == isOwn)
    }

    @Test
    func `Silence about another datacenter does not make a nameserver dead`() {
        var memory = NameserverPoolStateMachine(policy: NameserverPolicy())
        var now = Moment.now
        for _ in 0..<10 {
            let start = now
            now = now + .seconds(1)
            let failure = NameserverFailure(server: server, kind: .silence(isFair: false), start: start, attempts: [])
            memory.failed(failure, chance: 0, at: now)
            #expect(!memory.isFailed(server, at: now) && memory.admit(server, at: now))
            #expect(memory.nextProbe(of: server, at: now) != nil)
        }
    }
}
