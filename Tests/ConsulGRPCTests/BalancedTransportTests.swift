// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulGRPC
import ConsulResolver
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import LoadBalancing
import TestSupport
import Testing

/// Calls over the balanced transport, with real agents and servers.
struct BalancedTransportTests {
    private static let dresses: [AgentDress] = [.plain, .v1_22]

    /// The second policy takes turns by weight, too, as long as calls come one by one.
    @Test(arguments: [(BuiltInPolicy.weightedRoundRobin, 7000), (.leastOutstanding, 1400)])
    func `Weights 1, 2 and 4 give their shares of all calls within 1 %`(
        policy: BuiltInPolicy,
        calls: Int
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "weights-\(policy)".lowercased()
        try await withTestServers(3) { servers in
            for (server, weight) in zip(servers, [1, 2, 4]) {
                try await agent.register(server, as: name, weight: weight)
            }
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), policy: policy, updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    for _ in 0..<calls { _ = try await client.name() }
                }
            }
            let counts = servers.map(\.count)
            print("weights 1:2:4, \(policy), \(calls) calls: \(counts)")
            #expect(counts.reduce(0, +) == calls)
            for (count, weight) in zip(counts, [1, 2, 4]) {
                #expect(abs(count - calls * weight / 7) <= calls / 100)
            }
        }
    }

    @Test
    func `Unary calls avoid an endpoint with a call or a stream under way (leastOutstanding)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "outstanding"
        try await withTestServers(2) { servers in
            for server in servers { try await agent.register(server, as: name) }
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), policy: .leastOutstanding, updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    // A stream, while it is open.
                    let (messages, writer) = AsyncStream.makeStream(of: String.self)
                    let answers = WatchedValue<[String]>([])
                    async let stream: Void = client.converse(messages, into: answers)
                    writer.yield("1")
                    let first = try await answers.wait("an answer", within: .seconds(30)) { !$0.isEmpty }
                    let busy = first[0].hasPrefix(servers[0].name) ? servers[0] : servers[1]
                    for _ in 0..<20 { #expect(try await client.name() != busy.name) }
                    #expect(service.balancer.endpoints.map(\.outstanding).sorted() == [0, 1])
                    writer.finish()
                    try await stream
                    #expect(service.balancer.endpoints.map(\.outstanding) == [0, 0])
                    // A unary call, while it is not answered.
                    busy.behavior.update { $0 = .hanging }
                    let before = busy.count
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<2 { group.addTask { _ = try await client.name() } }
                        try await busy.arrivals.wait("a call that hangs", within: .seconds(30)) { $0.count > before }
                        for _ in 0..<20 { #expect(try await client.name() != busy.name) }
                        busy.behavior.update { $0 = .answering }
                        try await group.waitForAll()
                    }
                    try await eventually("a call to the endpoint that answers again") {
                        try await client.name() == busy.name
                    }
                }
            }
        }
    }

    @Test
    func `Calls leave an endpoint that answers slowly (adaptive)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "adaptive"
        try await withTestServers(2) { servers in
            for server in servers { try await agent.register(server, as: name) }
            try await withResolver(of: agent) { resolver in
                // Without ejection, which would keep calls away, too.
                var balancing = LoadBalancer.Configuration()
                (balancing.policy, balancing.ejection) = (BuiltInPolicy.adaptive, nil)
                let service = resolver.service(ServiceRequest(name), balancing: balancing, updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    for _ in 0..<50 { _ = try await client.name() }
                    #expect(servers.allSatisfy { $0.count > 0 })
                    servers[0].behavior.update { $0 = .hanging }
                    try await eventually("twenty calls in a row to the other endpoint", within: .seconds(60)) {
                        for _ in 0..<20 {
                            let answer = try? await client.name(timeout: .milliseconds(500))
                            guard answer == servers[1].name else { return false }
                        }
                        return true
                    }
                    servers[0].behavior.update { $0 = .answering }
                }
            }
        }
    }

    @Test(arguments: dresses)
    func `A stream to an endpoint that leaves goes on, new calls go elsewhere, and the connection closes at its end`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let name = "leaving"
        let log = ConnectionLog()
        try await withTestServers(2) { servers in
            for server in servers { try await agent.register(server, as: name) }
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), policy: .weightedRoundRobin, updating: .watch)
                try await withClient(over: BalancedTransport(recording: service, in: log)) { client in
                    try await log.open.wait("both connections", within: .seconds(30)) { $0.count == 2 }
                    let (messages, writer) = AsyncStream.makeStream(of: String.self)
                    let answers = WatchedValue<[String]>([])
                    async let stream: Void = client.converse(messages, into: answers)
                    writer.yield("1")
                    let first = try await answers.wait("an answer", within: .seconds(30)) { !$0.isEmpty }
                    let leaving = first[0].hasPrefix(servers[0].name) ? servers[0] : servers[1]
                    try await agent.deregister(leaving, from: name)
                    try await log.closing.wait("the connection to be told", within: .seconds(30)) {
                        $0 == [leaving.port]
                    }
                    try await eventually("the balancer to know") { service.balancer.endpoints.count == 1 }
                    for _ in 0..<20 { #expect(try await client.name() != leaving.name) }
                    writer.yield("2")
                    try await answers.wait("another answer", within: .seconds(30)) { $0.count == 2 }
                    #expect(log.open.current.contains(leaving.port))
                    writer.finish()
                    try await stream
                    try await log.open.wait("the connection to close", within: .seconds(30)) {
                        !$0.contains(leaving.port)
                    }
                    // An endpoint that comes back gets another connection.
                    try await agent.register(leaving, as: name)
                    try await log.open.wait("a new connection", within: .seconds(30)) { $0.contains(leaving.port) }
                    try await eventually("a call to it") { try await client.name() == leaving.name }
                }
            }
        }
        #expect(log.open.current.isEmpty)
    }

    @Test
    func `Calls go to another endpoint if no connection comes about, and the endpoint is ejected`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "refusing"
        try await withTestServers(2) { servers in
            for server in servers { try await agent.register(server, as: name) }
            // The discard port of this machine, where nothing listens.
            try await agent.register(port: 9, id: "\(name)-closed", as: name)
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), policy: .weightedRoundRobin, updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    for _ in 0..<60 { _ = try await client.name() }
                }
                let closed = try #require(service.balancer.endpoints.first { $0.endpoint.port == 9 })
                #expect(closed.state.isEjected)
            }
            #expect(servers.map(\.count).reduce(0, +) == 60)
        }
    }

    @Test(arguments: [RPCError.Code.internalError, .unavailable, .deadlineExceeded])
    func `An endpoint whose calls fail is ejected`(code: RPCError.Code) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "failing-\(code)".lowercased()
        try await withTestServers(2) { servers in
            for server in servers { try await agent.register(server, as: name) }
            servers[0].behavior.update { $0 = .failing(code) }
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), policy: .weightedRoundRobin, updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    try await eventually("an ejection") {
                        _ = try? await client.name()
                        return service.balancer.endpoints.contains { $0.state.isEjected }
                    }
                    let ejected = try #require(service.balancer.endpoints.first { $0.state.isEjected })
                    #expect(Int(ejected.endpoint.port) == servers[0].port)
                }
            }
        }
    }

    @Test
    func `An endpoint whose calls exceed their deadlines is ejected`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "silent"
        try await withTestServers(2) { servers in
            for server in servers { try await agent.register(server, as: name) }
            servers[0].behavior.update { $0 = .hanging }
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), policy: .weightedRoundRobin, updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    try await eventually("an ejection", within: .seconds(60)) {
                        _ = try? await client.name(timeout: .milliseconds(200))
                        let silent = service.balancer.endpoints.first { Int($0.endpoint.port) == servers[0].port }
                        return silent?.state.isEjected == true
                    }
                }
            }
        }
    }

    @Test
    func `Statuses that the request is responsible for eject no endpoint`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "notfound"
        try await withTestServers(2) { servers in
            for server in servers {
                try await agent.register(server, as: name)
                server.behavior.update { $0 = .failing(.notFound) }
            }
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), policy: .weightedRoundRobin, updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    for _ in 0..<40 {
                        let error = await #expect(throws: RPCError.self) { try await client.name() }
                        #expect(error?.code == .notFound)
                    }
                }
                #expect(service.balancer.endpoints.allSatisfy { $0.state == .eligible })
            }
            #expect(servers.map(\.count) == [20, 20])
        }
    }

    @Test(arguments: dresses)
    func `A call without endpoints fails with the reason, and one that waits is sent when there is one`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let name = "balanced-wait"
        try await withTestServers(1) { servers in
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    try await client.expectToWait(for: servers[0], of: name, on: agent)
                }
            }
        }
    }
}

extension EndpointReport.State {
    fileprivate var isEjected: Bool {
        if case .ejected = self { true } else { false }
    }
}

#endif
