// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

/// Scripted servers that answer as Consul 1.22 does, and real agents of a version without named ports.
struct NamedPortTests {
    private var request: ServiceRequest {
        var request = ServiceRequest("web")
        request.port = "admin"
        return request
    }

    /// Instances with their ports, as `/v1/health/service/web` lists them.
    private func health(_ ports: [(address: String, ports: String)]) -> ConsulReply {
        .json(
            "["
                + ports.map { address, ports in
                    #"{"Node":{"Node":"n","Address":"10.9.9.9","Datacenter":"dc1"},"Service":{"ID":"\#(address)","#
                        + #""Service":"web","Address":"\#(address)","Port":0\#(ports)},"Checks":[]}"#
                }.joined(separator: ",") + "]"
        )
    }

    private let both =
        #","Ports":[{"Name":"http","Port":80,"Default":true},{"Name":"Admin","Port":81,"Default":false}]"#
    private let one = #","Ports":[{"Name":"http","Port":80,"Default":true}]"#

    private func withServers(
        dns: @escaping ScriptedDNSServer.Script = { [.reply(.nothing(to: $0, code: .nameError))] },
        health: ConsulReply,
        version: String = "1.22.7",
        strategy: ServiceResolver.Configuration.Strategy,
        _ request: ServiceRequest? = nil
    ) async throws -> (Resolution, [String]) {
        try await withScriptedDNSServer(script: dns) { dns in
            let agent = ConsulReply.json(#"{"Config":{"Version":"\#(version)","Datacenter":"dc1"}}"#)
            let script = ScriptedHTTPServer.byPath([
                "/v1/health/service/web": [.reply(health)], "/v1/agent/self": [.reply(agent)],
            ])
            return try await withScriptedHTTPServer(script: script) { http in
                let resolution = try await withResolver(dns: dns.port, http: http.port) {
                    $0.strategy = strategy
                } _: {
                    try await $0.resolve(request ?? self.request)
                }
                return (resolution, dns.queries.map(\.name))
            }
        }
    }

    @Test(arguments: [ServiceResolver.Configuration.Strategy.http, .automatic])
    func `A port is found by its name over HTTP, and instances without that port are left out`(
        strategy: ServiceResolver.Configuration.Strategy
    ) async throws {
        let (resolution, _) = try await withServers(
            health: health([("10.0.0.1", both), ("10.0.0.2", one), ("10.0.0.3", both)]),
            strategy: strategy
        )
        #expect(resolution.authorities == ["10.0.0.1:81", "10.0.0.3:81"])
        #expect(resolution.isComplete)
    }

    @Test func `A request without a port name uses the default port`() async throws {
        let (resolution, _) = try await withServers(
            health: health([("10.0.0.1", both)]),
            strategy: .http,
            ServiceRequest("web")
        )
        #expect(resolution.authorities == ["10.0.0.1:80"])
    }

    @Test func `A service without a port of that name is empty for that reason`() async throws {
        for ports in [one, ""] {
            let (resolution, _) = try await withServers(health: health([("10.0.0.1", ports)]), strategy: .automatic)
            #expect(resolution.emptyReason == .noSuchPort)
        }
    }

    @Test func `A Consul version without named ports is not taken for an empty service`() async throws {
        let (resolution, _) = try await withServers(
            health: health([("10.0.0.1", "")]),
            version: "1.15.7",
            strategy: .automatic
        )
        #expect(resolution.failureCodes.contains(.noNamedPorts))
        #expect(resolution.failure.map { "\($0)" }?.contains("1.15.7") == true)
    }

    @Test func `A named port is queried over DNS with SRV at the port's own name`() async throws {
        let (resolution, names) = try await withServers(
            dns: { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] },
            health: health([]),
            strategy: .dns
        )
        #expect(names == ["_web._tcp.service.admin.port.consul."])
        #expect(resolution.endpoints.count == 2 && resolution.isComplete)
    }

    /// Consul 1.22 stops at the first instance without the port, and answers NXDOMAIN for the others.
    @Test func `NXDOMAIN with records holds a part of the instances`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            let some = DNSReply.service(to: query, count: 2)
            return [
                .reply(
                    DNSReply.nothing(to: query, code: .nameError).with { reply in
                        (reply.answers, reply.additional) = (some.answers, some.additional)
                    }.withEDNS(of: query)
                )
            ]
        }
        let (alone, _) = try await withServers(dns: script, health: health([]), strategy: .dns)
        #expect(alone.endpoints.count == 2 && !alone.isComplete)
        let (both, _) = try await withServers(
            dns: script,
            health: health([("10.0.0.1", self.both), ("10.0.0.2", one), ("10.0.0.3", self.both)]),
            strategy: .automatic
        )
        #expect(both.authorities == ["10.0.0.1:81", "10.0.0.3:81"] && both.isComplete)
    }

    @Test func `NXDOMAIN without records is not taken for an empty service`() async throws {
        let (resolution, _) = try await withServers(health: health([]), strategy: .dns)
        #expect(resolution.failureCodes == [.ambiguousAnswer])
    }

    @Test func `An agent without named ports leads to an error, over DNS and over HTTP`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.register(ServiceRegistration("portless", address: "10.0.0.1"), node: "portless-1")
        var request = ServiceRequest("portless")
        request.port = "http"
        for strategy in ServiceResolver.Configuration.Strategy.allCases {
            let resolution = try await withResolver(dns: agent.ports.dns, http: agent.ports.http) {
                $0.strategy = strategy
            } _: {
                try await $0.resolve(request)
            }
            let code: ResolutionFailure.Code = strategy == .dns ? .ambiguousAnswer : .noNamedPorts
            #expect(resolution.failureCodes.last == code)
        }
    }

    @Test func `A named port with a tag or a datacenter goes over HTTP`() async throws {
        var tagged = request
        tagged.tags = ["v1"]
        var distant = request
        distant.locality = .datacenter("dc2")
        for request in [tagged, distant] {
            let (resolution, names) = try await withServers(
                health: health([("10.0.0.1", both)]),
                strategy: .automatic,
                request
            )
            #expect(resolution.authorities == ["10.0.0.1:81"] && names.isEmpty)
            await #expect(throws: ServiceRequestError.self) {
                try await withServers(health: health([]), strategy: .dns, request)
            }
        }
    }

    @Test func `Requests for two ports of a service are cached apart`() async throws {
        try await withScriptedHTTPServer(script: ScriptedHTTPServer.inOrder([.reply(health([("10.0.0.1", both)]))])) {
            http in
            try await withResolver(dns: http.port, http: http.port) { configuration in
                configuration.strategy = .http
                configuration.cache = .init()
            } _: { resolver in
                var web = request
                web.port = "http"
                let first = try await resolver.resolve(request)
                let other = try await resolver.resolve(web)
                let again = try await resolver.resolve(request)
                #expect(first.authorities == ["10.0.0.1:81"] && other.authorities == ["10.0.0.1:80"])
                #expect(again.authorities == ["10.0.0.1:81"])
            }
        }
    }
}
