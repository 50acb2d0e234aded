// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import ResolverSupport
import TestSupport
import Testing

@testable import ResolutionModel

struct SilentDNSTests {
    @Test
    func `HTTP answers while DNS is silent, and later lookups do not use DNS again`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { dns in
            let script: ScriptedHTTPServer.Script = { _ in [.reply(.health([ServiceRegistration("web")]))] }
            try await withScriptedHTTPServer(script: script) { http in
                try await withResolver(dns: dns.port, http: http.port) { resolver in
                    let first = try await resolver.resolve("web")
                    #expect(first.source == .http && first.endpoints.count == 1)
                    let start = Moment.now
                    for name in ["other", "web", "other"] {
                        #expect(try await resolver.resolve(name).source == .http)
                    }
                    // On a busy machine this may take longer than the pause after silence, and then DNS is tried again.
                    // The first query may still be retransmitted.
                    guard start.duration(to: .now) < .seconds(2) else { return }
                    #expect(!dns.queries.contains { $0.name.hasPrefix("other.") })
                }
            }
        }
    }

    @Test func `HTTP gets its share of any timeout`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { dns in
            let script: ScriptedHTTPServer.Script = { _ in [.reply(.health([ServiceRegistration("web")]))] }
            try await withScriptedHTTPServer(script: script) { http in
                // One attempt over DNS would take longer than the whole timeout.
                try await withResolver(dns: dns.port, http: http.port) {
                    $0.dns.attemptTimeout = .seconds(60)
                } _: { resolver in
                    let resolution = try await resolver.resolve("web", timeout: .seconds(4))
                    #expect(resolution.source == .http && resolution.endpoints.count == 1, "\(resolution.outcome)")
                }
            }
        }
    }

    @Test
    func `A service that DNS never answers for comes over HTTP, and other services over DNS`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let longName = String(repeating: "n", count: 64)
        try await agent.register(ServiceRegistration("poisoned", address: ""), node: longName)
        try await agent.register(ServiceRegistration("unharmed", address: "10.1.0.9"), node: "unharmed-node")
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { resolver in
            async let poisoned = resolver.resolve("poisoned")
            // The other service is answered meanwhile, which shows that the silence concerns one service only.
            for _ in 0..<20 { #expect(try await resolver.resolve("unharmed").source == .dnsUDP) }
            let answer = try await poisoned
            #expect(answer.source == .http && answer.endpoints.count == 1)
            #expect(try await resolver.resolve("unharmed").source == .dnsUDP)
        }
    }

    @Test
    func `All of five thousand instances are found, and over HTTP at once the second time`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.registerInstances(of: "huge", count: 5000)
        try await withFaultProxy(upstreamPort: agent.ports.dns) { proxy in
            try await withResolver(dns: proxy.port, http: agent.ports.http) { configuration in
                configuration.timeout = .seconds(30)
                configuration.dns.attemptTimeout = .seconds(10)
            } _: { resolver in
                for _ in 1...2 {
                    let resolution = try await resolver.resolve("huge")
                    #expect(resolution.isComplete && resolution.source == .http)
                    #expect(Set(resolution.authorities).count == 5000)
                }
                #expect(proxy.counters.streamQueries == 1)
                // The service shrinks, and DNS is used again.
                try await agent.deregister(node: "huge-node-0")
                try await agent.register(ServiceRegistration("huge", address: "10.1.0.9"), node: "huge-node")
                #expect(try await resolver.resolve("huge").source == .http)
                #expect(try await resolver.resolve("huge").source != .http)
            }
        }
    }

    @Test func `A request that DNS cannot express goes over HTTP`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        for (id, tags, meta) in [("a", ["v1", "x"], "1"), ("b", ["v1"], "2")] {
            let instance = ServiceRegistration(
                "wordy",
                id: id,
                address: "10.1.0.\(meta)",
                tags: tags,
                meta: ["ver": meta]
            )
            try await agent.register(instance, node: "wordy-\(id)")
        }
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { resolver in
            let both = try await resolver.resolve(ServiceRequest("wordy", tags: ["v1", "x"]))
            #expect(both.endpoints.map { $0.details?.id } == ["a"])
            let filtered = try await resolver.resolve(ServiceRequest("wordy", filter: #"Service.Meta.ver == "2""#))
            #expect(filtered.endpoints.map { $0.details?.metadata["ver"] } == ["2"])
            guard
                case .empty(.noMatchingInstance) = try await resolver.resolve(
                    ServiceRequest("wordy", filter: #"Service.Meta.ver == "3""#)
                ).outcome
            else {
                Issue.record("an instance matches a filter that excludes all")
                return
            }
            let nonsense = try await resolver.resolve(ServiceRequest("wordy", filter: "nonsense ==="))
            #expect(nonsense.failureCodes == [.rejected])
        }
        try await withResolver(ports: [agent.ports.dns]) { resolver in
            await #expect(throws: ServiceRequestError.self) {
                try await resolver.resolve(ServiceRequest("wordy", tags: ["v1", "x"]))
            }
        }
    }
}
