// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolverSupport

/// A service that is used one endpoint at a time.
struct BalancedServiceTests {
    private struct Refusal: OutcomeReporting {
        var outcome: Outcome { .failure(.connect) }
    }

    /// The time limit for conditions; longer than any delay of a busy machine. A resolver with short timeouts may find
    /// no answer while the machine is busy.
    private static let patience = Duration.seconds(150)

    @Test func `The first use waits for the first answer, and every endpoint has its turn`() async throws {
        try await withServiceOfThree { _, service in
            let error = #expect(throws: PickError.self) { _ = try service.pick() }
            #expect(error?.code == .stillLoading)
            var used: Set<String> = []
            for _ in 0..<3 { used.insert(try await service.withEndpoint { $0.authority }) }
            #expect(used == ["10.1.7.1:8080", "10.1.7.2:8080", "10.1.7.3:8080"])
            // Later picks do not wait.
            _ = try service.pick()
        }
    }

    @Test(arguments: [ConsulService.UpdateMode.polling, .watch], [AgentDress.plain, .v1_22])
    func `A critical instance is no longer picked, and a new one is`(
        mode: ConsulService.UpdateMode,
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let name = "balanced-\(mode)"
        var first = ServiceRegistration(name, id: "first", address: "10.1.7.1")
        try await agent.register(first, node: "\(name)-1")
        try await agent.register(ServiceRegistration(name, address: "10.1.7.2"), node: "\(name)-2")
        try await withService(name, of: agent, mode) { service in
            try await service.ready()
            #expect(service.endpoints == ["10.1.7.1:8080", "10.1.7.2:8080"])
            first.checks = [.critical]
            try await agent.register(first, node: "\(name)-1")
            try await eventually("the critical one to be gone", within: Self.patience) {
                service.endpoints == ["10.1.7.2:8080"]
            }
            #expect(try service.pick().endpoint.authority == "10.1.7.2:8080")
            try await agent.register(ServiceRegistration(name, address: "10.1.7.3"), node: "\(name)-3")
            try await eventually("the new one", within: Self.patience) {
                service.endpoints == ["10.1.7.2:8080", "10.1.7.3:8080"]
            }
        }
    }

    @Test func `A service throws closed after its resolver has been shut down`() async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: script) { dns in
            let resolver = try ServiceResolver(configuration: .forTests(ports: [dns.port]))
            let used = resolver.service("used")
            try await used.ready()
            let lease = try used.pick()
            let unused = resolver.service("unused")
            await resolver.shutdown()
            // A request in flight ends as usual.
            lease.finish(.success)
            for service in [used, unused, resolver.service("new")] {
                for _ in 0..<2 { #expect(#expect(throws: PickError.self) { _ = try service.pick() }?.code == .closed) }
                #expect(service.balancer.endpoints.isEmpty)
                var updates = service.updates.makeAsyncIterator()
                #expect(await updates.next() == nil)
            }
            let error = await #expect(throws: PickError.self) { try await used.withEndpoint { _ in } }
            #expect(error?.code == .closed)
            await #expect(throws: DNSClientError.self) { try await resolver.service("new").ready() }
        }
    }

    @Test func `A service without instances is empty, and the error says why`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withService("balanced-nowhere", of: agent) { service in
            let error = await #expect(throws: PickError.self) { try await service.withEndpoint { _ in } }
            #expect(error?.code == .empty)
            #expect(error?.message.contains("noSuchService") == true)
        }
    }

    @Test func `An unreachable Consul is not an empty service`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { dns in
            try await withResolver(ports: [dns.port], configure: { $0.beImpatient() }) { resolver in
                let service = resolver.service("web")
                let error = await #expect(throws: PickError.self) { try await service.withEndpoint { _ in } }
                #expect(error?.code == .unknown)
                // The resolver retries without a further request, and then there is an endpoint to pick.
                dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
                try await eventually("endpoints", within: Self.patience) { (try? service.pick()) != nil }
            }
        }
    }

    @Test func `While Consul is unreachable, endpoints are still picked and their leases are stale`() async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }) { dns in
            try await withResolver(ports: [dns.port], configure: { $0.beImpatient() }) { resolver in
                let service = resolver.service("web")
                try await service.ready()
                dns.setScript { _ in [] }
                try await eventually("a stale lease", within: Self.patience) {
                    try service.pick().flags.contains(.stale)
                }
                dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
                try await eventually("a fresh lease", within: Self.patience) {
                    try !service.pick().flags.contains(.stale)
                }
            }
        }
    }

    @Test func `Endpoints older than the stale limit are not picked`() async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }) { dns in
            try await withResolver(ports: [dns.port]) { configuration in
                configuration.beImpatient()
                configuration.cache = .init()
                configuration.cache?.staleLimit = .zero
            } _: { resolver in
                let service = resolver.service("web")
                try await service.ready()
                dns.setScript { _ in [] }
                try await eventually("no more picks", within: Self.patience) { (try? service.pick()) == nil }
                let error = #expect(throws: PickError.self) { _ = try service.pick() }
                #expect(error?.code == .unknown)
                let thrown = await #expect(throws: PickError.self) { try await service.withEndpoint { _ in } }
                #expect(thrown?.code == .unknown)
                dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
                try await eventually("a fresh lease", within: Self.patience) {
                    (try? service.pick())?.flags.contains(.stale) == false
                }
            }
        }
    }

    @Test func `Endpoints of a watched service are picked until the stale limit, and not after it`() async throws {
        let isDown = WatchedValue(false)
        let script: ScriptedHTTPServer.Script = { request in
            if isDown.current { return [.resetConnection] }
            let answer = ConsulReply.health(HealthEntry.instances(of: "web", count: 2))
            return request.parameter("index") == nil ? [.reply(answer)] : [.delay(.milliseconds(50)), .reply(answer)]
        }
        try await withScriptedHTTPServer(script: script) { http in
            try await withResolver(dns: 1, http: http.port) { configuration in
                configuration.strategy = .http
                configuration.cache = .init()
                configuration.cache?.staleLimit = .seconds(2)
            } _: { resolver in
                let service = resolver.service("web", updating: .watch)
                try await service.ready()
                #expect(try !service.pick().flags.contains(.stale))
                isDown.update { $0 = true }
                try await eventually("a stale lease, or none any more", within: Self.patience) {
                    (try? service.pick())?.flags.contains(.stale) ?? true
                }
                // The watch repeats the same query, and only the age of the endpoints changes.
                try await eventually("no more picks", within: Self.patience) { (try? service.pick()) == nil }
                let error = #expect(throws: PickError.self) { _ = try service.pick() }
                #expect(error?.code == .unknown)
            }
        }
    }

    @Test func `An endpoint that fails is replaced in a retry, and ejected after several failures`() async throws {
        // Round robin returns to the failing endpoint soon; the default policy avoids it.
        try await withServiceOfThree(.weightedRoundRobin) { _, service in
            for _ in 0..<60 {
                let answer = try await service.withEndpoint(attempts: 2) { endpoint in
                    if endpoint.authority == "10.1.7.2:8080" { throw Refusal() }
                    return endpoint.authority
                }
                #expect(answer != "10.1.7.2:8080")
            }
            let states = service.balancer.endpoints.map { ($0.endpoint.authority, $0.state) }
            for (authority, state) in states {
                if case .ejected = state {
                    #expect(authority == "10.1.7.2:8080")
                } else {
                    #expect(authority != "10.1.7.2:8080")
                }
            }
        }
    }

    @Test func `Following a service ends with the last copy of it`() async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }) { dns in
            try await withResolver(ports: [dns.port]) { resolver in
                var service: ConsulService? = resolver.service("web")
                var copy = service
                try await service?.ready()
                #expect(!resolver.followers.isEmpty)
                service = nil
                _ = try copy?.pick()
                copy = nil
                try await eventually("the service to have no follower", within: Self.patience) {
                    resolver.followers.isEmpty
                }
            }
        }
    }

    // MARK: Set-up

    private func withServiceOfThree(
        _ policy: any BalancingPolicy = .adaptive,
        _ body: (ConsulAgent, ConsulService) async throws -> Void
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        for number in 1...3 {
            let instance = ServiceRegistration("balanced-three", address: "10.1.7.\(number)")
            try await agent.register(instance, node: "balanced-three-\(number)")
        }
        try await withService("balanced-three", of: agent, policy: policy) { try await body(agent, $0) }
    }

    private func withService(
        _ name: String,
        of agent: ConsulAgent,
        _ mode: ConsulService.UpdateMode = .polling,
        policy: any BalancingPolicy = .adaptive,
        _ body: (ConsulService) async throws -> Void
    ) async throws {
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { resolver in
            try await body(resolver.service(ServiceRequest(name), policy: policy, updating: mode))
        }
    }
}

extension ConsulService {
    /// `address:port` of every endpoint in the balancer.
    fileprivate var endpoints: Set<String> { Set(balancer.endpoints.map(\.endpoint.authority)) }
}
