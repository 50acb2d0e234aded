// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

struct FollowingTests {
    static let modes: [ConsulService.UpdateMode] = [.polling, .watch]

    @Test(arguments: modes, AgentDress.allCases)
    func `An update stream begins with the current endpoints and reports every change`(
        mode: ConsulService.UpdateMode,
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let name = "followed-\(mode)"
        let first = ServiceRegistration(name, id: "first", address: "10.1.0.1")
        let second = ServiceRegistration(name, id: "second", address: "10.1.0.2")
        try await agent.register(first, node: "\(name)-1")
        try await follow(agent, name, mode) { updates async throws in
            #expect(try await updates.next().authorities == ["10.1.0.1:8080"])
            try await agent.register(second, node: "\(name)-2")
            #expect(try await updates.next().authorities == ["10.1.0.1:8080", "10.1.0.2:8080"])
            var critical = first
            critical.checks = [.critical]
            try await agent.register(critical, node: "\(name)-1")
            #expect(try await updates.next().authorities == ["10.1.0.2:8080"])
            try await agent.deregister(node: "\(name)-2")
            // On a busy machine HTTP may be too late with the reason once; then the endpoint is held until the reason
            // comes.
            _ = try await updates.next { $0.emptyReason == .noHealthyInstance }
            try await agent.deregister(node: "\(name)-1")
            _ = try await updates.next { $0.emptyReason == .noSuchService }
            try await agent.register(first, node: "\(name)-3")
            #expect(try await updates.next().authorities == ["10.1.0.1:8080"])
        }
    }

    @Test(arguments: AgentDress.allCases)
    func `An update stream goes on over DNS while HTTP is down, and then over HTTP`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await agent.register(ServiceRegistration("substituted", address: "10.1.0.1"), node: "substituted-1")
        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
            try await follow(agent, "substituted", .watch, http: relay.port) { updates async throws in
                #expect(try await updates.next().endpoints.count == 1)
                try await relay.set(.refusing)
                try await agent.register(
                    ServiceRegistration("substituted", address: "10.1.0.2"),
                    node: "substituted-2"
                )
                let overDNS = try await updates.next { $0.endpoints.count == 2 }
                #expect(overDNS.source == .dnsUDP)
                try await relay.set(.open)
                try await agent.deregister(node: "substituted-1")
                // DNS or HTTP may be the first to see that; in the end it is HTTP again.
                var port: UInt16 = 9000
                while true {
                    let instance = ServiceRegistration("substituted", address: "10.1.0.2", port: Int(port))
                    try await agent.register(instance, node: "substituted-2")
                    let update = try await updates.next { $0.endpoints.first?.port == port }
                    if update.source == .http { break }
                    port += 1
                }
            }
        }
    }

    @Test
    func `An update stream keeps the last endpoints and marks them stale when no source answers`() async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }) { dns in
            try await withResolver(ports: [dns.port], configure: { $0.beImpatient() }) { resolver in
                try await follow(resolver.service("web")) { updates async throws in
                    // A busy machine may be silent for longer than the short timeouts of this resolver.
                    _ = try await updates.next { $0.endpoints.count == 2 && !$0.isStale }
                    dns.setScript { _ in [] }
                    let stale = try await updates.next { $0.isStale }
                    #expect(stale.endpoints.count == 2 && stale.age > .zero)
                    dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
                    _ = try await updates.next { $0.endpoints.count == 2 && !$0.isStale }
                }
            }
        }
    }

    @Test
    func `An update stream reports an unknown outcome, and retries`() async throws {
        try await withScriptedDNSServer(script: { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }) {
            dns in
            try await withResolver(ports: [dns.port]) { resolver in
                try await follow(resolver.service("web")) { updates async throws in
                    #expect(try await updates.next().failureCodes == [.serverFailure])
                    dns.setScript { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
                    #expect(try await updates.next().endpoints.count == 1)
                }
            }
        }
    }

    @Test
    func `An update stream reports an invalid request, and ends`() async throws {
        try await withResolver(ports: [1]) { resolver in
            var seen: [Resolution] = []
            for await update in resolver.service("a.b").updates { seen.append(update) }
            #expect(seen.map(\.failureCodes) == [[.rejected]])
        }
    }

    @Test(arguments: modes)
    func `An update stream ends with the resolver`(mode: ConsulService.UpdateMode) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.register(ServiceRegistration("ends-\(mode)"), node: "ends-\(mode)")
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { resolver in
            let service = resolver.service("ends-\(mode)", updating: mode)
            try await follow(service) { updates async throws in
                _ = try await updates.next()
                await resolver.shutdown()
                await #expect(throws: EndOfUpdates.self) { try await updates.next() }
            }
            for await _ in service.updates { Issue.record("an update came after shutdown") }
        }
    }

    // MARK: Following

    private func follow(
        _ agent: ConsulAgent,
        _ name: String,
        _ mode: ConsulService.UpdateMode,
        http: Int? = nil,
        _ body: (UpdateReader) async throws -> Void
    ) async throws {
        try await withResolver(dns: agent.ports.dns, http: http ?? agent.ports.http) { configuration in
            configuration.following.minimumInterval = .milliseconds(50)
            configuration.timeout = .seconds(10)
        } _: { resolver in
            try await follow(resolver.service(ServiceRequest(name), updating: mode), body)
        }
    }

    private func follow(
        _ service: ConsulService,
        _ body: (UpdateReader) async throws -> Void
    ) async throws {
        let updates = UpdateReader(service.updates)
        try await use(updates, in: body) { await $0.stop() }
    }
}
