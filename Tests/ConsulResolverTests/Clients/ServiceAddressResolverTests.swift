// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import ConsulResolver

/// Connections of SwiftNIO's bootstraps by the names of services.
struct ServiceAddressResolverTests {
    private static let page = ConsulReply(body: Array("page".utf8))

    @Test(
        arguments: [AgentDress.plain, .v1_22],
        [
            ("nio-name", "nio-name"), ("nio-domain", "nio-domain.service.consul"),
            ("nio-case", "NIO-Case.service.dc1.consul."),
        ]
    )
    func `A bootstrap connects to an instance at its registered port`(
        dress: AgentDress,
        names: (service: String, host: String)
    ) async throws {
        try await withScriptedHTTPServers([{ _ in [.reply(Self.page)] }]) { servers in
            try await withAddresses(of: names.service, at: servers.map(\.port), dress) { addresses in
                try await Self.expect(servers[0].port, addresses, names.host)
            }
        }
    }

    @Test func `A bootstrap passes over an instance that refuses connections`() async throws {
        try await withScriptedHTTPServers([{ _ in [.reply(Self.page)] }]) { servers in
            try await withByteRelay(upstreamPort: servers[0].port) { relay in
                try await relay.set(.refusing)
                try await withAddresses(of: "nio-refused", at: [relay.port, servers[0].port]) { addresses in
                    // The endpoints take turns, so one of two connections begins with the endpoint that refuses.
                    for _ in 0..<4 { try await Self.expect(servers[0].port, addresses, "nio-refused") }
                }
            }
        }
    }

    @Test func `All endpoints are listed once, in the order of the balancer's picks`() async throws {
        try await withAddresses(of: "nio-order", at: [7001, 7002, 7003]) { addresses in
            var first: [Int] = []
            for _ in 0..<3 {
                let found = try await addresses.initiateAQuery(host: "nio-order", port: 0).get()
                #expect(Set(found.map(\.port)) == [7001, 7002, 7003])
                #expect(found.count == 3)
                first += found.first?.port.map { [$0] } ?? []
            }
            #expect(first.count == 3)
            #expect(try await addresses.initiateAAAAQuery(host: "nio-order", port: 0).get().isEmpty)
        }
    }

    @Test func `An instance without a port is used at the port of the bootstrap`() async throws {
        try await withAddresses(of: "nio-portless", at: [0]) { addresses in
            let found = try await addresses.initiateAQuery(host: "nio-portless", port: 81).get()
            #expect(found == [try SocketAddress(ipAddress: "127.0.0.1", port: 81)])
        }
    }

    @Test func `An address passes unchanged`() async throws {
        try await withAddresses(of: "nio-unused", at: []) { addresses in
            for host in ["127.0.0.1", "::1"] {
                let found = try await addresses.initiateAQuery(host: host, port: 81).get()
                #expect(found == [try SocketAddress(ipAddress: host, port: 81)])
            }
        }
    }

    @Test func `A service without instances fails the connection with the reason`() async throws {
        try await withAddresses(of: "nio-nowhere", at: []) { addresses in
            let error = await #expect(throws: NIOConnectionError.self) {
                _ = try await Self.connect(addresses, "nio-nowhere")
            }
            #expect((error?.dnsAError as? PickError)?.code == .empty)
        }
    }

    @Test func `A host can stand for any service`() async throws {
        try await withScriptedHTTPServers([{ _ in [.reply(Self.page)] }]) { servers in
            let agent = try await SharedConsulAgents.shared.agent()
            let instance = ServiceRegistration("nio-any", address: "127.0.0.1", port: servers[0].port, tags: ["v2"])
            try await agent.register(instance, node: "nio-any")
            try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { resolver in
                let service = resolver.service(ServiceRequest("nio-any", tags: ["v2"]))
                let addresses = ServiceAddressResolver(resolver) { _ in service }
                try await Self.expect(servers[0].port, addresses, "shop.example")
            }
        }
    }

    @Test func `A host in Consul's domain is read by Consul's rules`() {
        let requests: [(String, ServiceRequest)] = [
            ("web", "web"),
            ("web.service.consul", "web"),
            ("v2.web.service.dc2.consul.", ServiceRequest("web", tags: ["v2"], in: .datacenter("dc2"))),
            ("web.connect.consul", .connect("web")),
            ("web.ingress.consul", .ingress("web")),
            ("nearest.query.consul", .preparedQuery("nearest")),
            ("web.example", "web.example"),
            ("n1.node.consul", "n1.node.consul"),
        ]
        for (host, request) in requests { #expect(ServiceRequest(host: host, domain: .consul) == request, "\(host)") }
    }

    // MARK: Set-up

    private func withAddresses(
        of name: String,
        at ports: [Int],
        _ dress: AgentDress = .plain,
        _ body: (ServiceAddressResolver) async throws -> Void
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        for port in ports {
            let instance = ServiceRegistration(name, id: "\(name)-\(port)", address: "127.0.0.1", port: port)
            try await agent.register(instance, node: "\(name)-\(port)")
        }
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { configuration in
            configuration.timeout = .seconds(30)
            configuration.balancing.policy = .weightedRoundRobin
        } _: {
            try await body(ServiceAddressResolver($0))
        }
    }

    private static func expect(_ port: Int, _ addresses: ServiceAddressResolver, _ host: String) async throws {
        let connected = try await connect(addresses, host)
        #expect(connected == port)
    }

    /// Connects and disconnects.
    ///
    /// - Returns: The port of the other end.
    private static func connect(_ addresses: ServiceAddressResolver, _ host: String) async throws -> Int? {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(60))
            .resolver(addresses)
            .connect(host: host, port: 1)
            .get()
        let port = channel.remoteAddress?.port
        try await channel.close()
        return port
    }
}
