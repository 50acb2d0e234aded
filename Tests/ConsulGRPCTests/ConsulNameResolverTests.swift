// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulGRPC
import ConsulResolver
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TestSupport
import Testing

/// The name resolver under grpc-swift's own transport, with real agents and servers.
struct ConsulNameResolverTests {
    private static let dresses: [AgentDress] = [.plain, .v1_22]

    @Test(arguments: dresses)
    func `Calls go to all instances in turn, and follow registrations`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let name = "names-follow"
        try await withTestServers(3) { servers in
            try await agent.register(servers[0], as: name)
            try await agent.register(servers[1], as: name)
            try await withResolver(of: agent) { resolver in
                try await withClient(over: resolver.transport(to: ServiceRequest(name))) { client in
                    try await eventually("calls to both servers") {
                        _ = try await client.name()
                        return servers[0].count > 2 && servers[1].count > 2
                    }
                    try await agent.register(servers[2], as: name)
                    try await eventually("a call to the new server") { try await client.name() == servers[2].name }
                    try await agent.deregister(servers[0], from: name)
                    try await eventually("twenty calls in a row to the servers that are left") {
                        for _ in 0..<20 where try await client.name() == servers[0].name { return false }
                        return true
                    }
                }
            }
        }
    }

    @Test(arguments: dresses)
    func `A name resolver never throws after its first list, and pushes no empty list`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let name = "names-keep"
        try await agent.register(port: 4001, id: "first", as: name)
        try await withResolver(of: agent) { resolver in
            let names = ConsulNameResolverFactory(resolver).resolver(for: .consul(service: ServiceRequest(name))).names
            let lists = WatchedValue<[[Int]]>([])
            let reading = Task {
                for try await result in names { lists.update { $0.append(result.ports) } }
            }
            try await lists.wait("the first list", within: .seconds(30)) { $0 == [[4001]] }
            // A watched balancer shows that the empty answer has arrived.
            let service = resolver.service(ServiceRequest(name), updating: .watch)
            try await agent.deregister(node: "\(name)-node")
            for await resolution in service.updates where resolution.endpoints.isEmpty { break }
            try await agent.register(port: 4002, id: "second", as: name)
            try await lists.wait("the second list", within: .seconds(30)) { $0.last == [4002] }
            #expect(lists.current.allSatisfy { !$0.isEmpty })
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
        }
    }

    @Test
    func `The addresses stay in use after the resolver has been shut down, and while Consul is gone`() async throws {
        try await withConsulAgent { agent in
            try await withTestServers(2) { servers in
                for server in servers { try await agent.register(server, as: "web") }
                try await withResolver(of: agent) { resolver in
                    try await withClient(over: resolver.transport(to: "web")) { client in
                        _ = try await client.name()
                        try await agent.stop()
                        for _ in 0..<10 { _ = try await client.name() }
                        await resolver.shutdown()
                        for _ in 0..<10 { _ = try await client.name() }
                    }
                }
                #expect(servers.map(\.count).reduce(0, +) == 21)
            }
        }
    }

    @Test(arguments: dresses)
    func `Calls that wait are sent when the first instance is registered, and other calls fail with the reason`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let name = "names-wait-\(dress.version ?? "plain")"
        try await withTestServers(1) { servers in
            try await withResolver(of: agent) { resolver in
                try await withClient(over: resolver.transport(to: ServiceRequest(name))) { client in
                    try await client.expectToWait(for: servers[0], of: name, on: agent)
                }
            }
        }
    }

    @Test
    func `A list has one endpoint for each instance, round robin, and the name in Consul's domain as authority`()
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "names-list"
        try await agent.register(port: 4001, id: "first", as: name)
        try await agent.register(port: 4002, id: "second", as: name)
        try await withResolver(of: agent) { resolver in
            var config = ServiceConfig()
            config.methodConfig = [MethodConfig(names: [MethodConfig.Name(service: "test")], timeout: .seconds(1))]
            let factory = ConsulNameResolverFactory(resolver, serviceConfig: config)
            let request = ServiceRequest(name, tags: [], in: .datacenter("dc1"))
            let names = factory.resolver(for: .consul(service: request))
            #expect(names.authority == "names-list.service.consul")
            #expect(names.updateMode == .push)
            var lists = names.names.makeAsyncIterator()
            let list = try #require(try await lists.next())
            #expect(list.ports == [4001, 4002])
            #expect(list.endpoints.allSatisfy { $0.addresses.count == 1 })
            let received = try #require(try list.serviceConfig?.get())
            #expect(received.loadBalancingConfig == [.roundRobin])
            #expect(received.methodConfig == config.methodConfig)
        }
    }

    @Test
    func `An iteration throws while Consul cannot be queried, and the next one has a list`() async throws {
        try await withConsulAgent { agent in
            try await agent.register(port: 4001, id: "first", as: "web")
            try await agent.kill()
            try await withResolver(of: agent, configure: { $0.timeout = .seconds(1) }) { resolver in
                let names = ConsulNameResolverFactory(resolver).resolver(for: .consul(service: "web")).names
                var first = names.makeAsyncIterator()
                let error = await #expect(throws: RPCError.self) { try await first.next() }
                #expect(error?.code == .unavailable)
                try await agent.restart()
                try await agent.register(port: 4001, id: "first", as: "web")
                try await eventually("a list", within: .seconds(60)) {
                    var next = names.makeAsyncIterator()
                    return (try? await next.next())?.ports == [4001]
                }
            }
        }
    }
}

extension NameResolutionResult {
    fileprivate var ports: [Int] { endpoints.compactMap { $0.addresses.first?.ipv4?.port }.sorted() }
}

#endif
