// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulGRPC
import ConsulResolver
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TestSupport
import Testing

/// The beginning and the end of a balanced transport.
struct TransportLifetimeTests {
    @Test
    func `A graceful shutdown lets a stream finish, refuses new calls, and then ends the connections`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "graceful"
        let log = ConnectionLog()
        try await withTestServers(2) { servers in
            for server in servers { try await agent.register(server, as: name) }
            try await withResolver(of: agent) { resolver in
                let transport = BalancedTransport(recording: resolver.service(ServiceRequest(name)), in: log)
                let client = GRPCClient(transport: transport)
                let running = Task { try await client.runConnections() }
                let (messages, writer) = AsyncStream.makeStream(of: String.self)
                let answers = WatchedValue<[String]>([])
                let stream = Task { try await client.converse(messages, into: answers) }
                writer.yield("1")
                try await answers.wait("an answer", within: .seconds(30)) { $0.count == 1 }
                client.beginGracefulShutdown()
                let error = await #expect(throws: RPCError.self) {
                    try await transport.withStream(descriptor: .name, options: .defaults) { _, _ in }
                }
                #expect(error?.code == .failedPrecondition)
                writer.yield("2")
                try await answers.wait("another answer", within: .seconds(30)) { $0.count == 2 }
                writer.finish()
                try await stream.value(within: .seconds(30))
                try await running.value(within: .seconds(30))
                #expect(log.open.current.isEmpty)
            }
        }
    }

    @Test
    func `Canceling the connections ends calls under way, and later calls fail`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "canceled"
        try await withTestServers(1) { servers in
            try await agent.register(servers[0], as: name)
            servers[0].behavior.update { $0 = .hanging }
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), updating: .watch)
                let client = GRPCClient(
                    transport: try BalancedTransport.consul(service, transportSecurity: .plaintext)
                )
                let running = Task { try await client.runConnections() }
                let call = Task { try await client.name() }
                try await servers[0].arrivals.wait("the call", within: .seconds(30)) { !$0.isEmpty }
                running.cancel()
                await #expect(throws: (any Error).self) { try await call.value(within: .seconds(30)) }
                try? await running.value(within: .seconds(30))
                await #expect(throws: (any Error).self) { try await client.name() }
                servers[0].behavior.update { $0 = .answering }
            }
        }
    }

    @Test
    func `A call that begins before the transport is connected is sent then`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "early"
        try await withTestServers(1) { servers in
            try await agent.register(servers[0], as: name)
            try await withResolver(of: agent) { resolver in
                let log = ConnectionLog()
                let transport = BalancedTransport(recording: resolver.service(ServiceRequest(name)), in: log)
                let client = GRPCClient(transport: transport)
                let call = Task { try await client.name() }
                let running = Task { try await client.runConnections() }
                #expect(try await call.value(within: .seconds(30)) == servers[0].name)
                client.beginGracefulShutdown()
                try await running.value(within: .seconds(30))
                let error = await #expect(throws: RPCError.self) { try await transport.connect() }
                #expect(error?.code == .failedPrecondition)
            }
        }
    }

    @Test
    func `A shutdown ends calls that wait for an endpoint`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withResolver(of: agent) { resolver in
            let log = ConnectionLog()
            let transport = BalancedTransport(recording: resolver.service("never-registered"), in: log)
            let client = GRPCClient(transport: transport)
            let running = Task { try await transport.connect() }
            let call = Task { try await client.name(waitForReady: true, timeout: .seconds(600)) }
            let error = await #expect(throws: RPCError.self) { try await client.name() }
            #expect(error?.code == .unavailable)
            transport.beginGracefulShutdown()
            try await running.value(within: .seconds(30))
            let end = await #expect(throws: RPCError.self) { try await call.value(within: .seconds(30)) }
            #expect(end?.code == .failedPrecondition)
        }
    }

    @Test
    func `After the resolver's shutdown, calls fail and the transport can still be closed`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "resolver-closed"
        try await withTestServers(1) { servers in
            try await agent.register(servers[0], as: name)
            try await withResolver(of: agent) { resolver in
                let service = resolver.service(ServiceRequest(name), updating: .watch)
                try await withClient(over: try .consul(service, transportSecurity: .plaintext)) { client in
                    _ = try await client.name()
                    await resolver.shutdown()
                    let error = await #expect(throws: RPCError.self) { try await client.name(waitForReady: true) }
                    #expect(error?.code == .failedPrecondition)
                }
            }
        }
    }

    @Test
    func `The settings of a method are its own, else its service's, else those of all methods`() throws {
        func config(_ service: String, _ method: String, _ seconds: Int) -> MethodConfig {
            MethodConfig(names: [.init(service: service, method: method)], timeout: .seconds(seconds))
        }
        var serviceConfig = ServiceConfig()
        serviceConfig.methodConfig = [config("", "", 1), config("test.Names", "", 2), config("test.Names", "Name", 3)]
        serviceConfig.retryThrottling = try .init(maxTokens: 10, tokenRatio: 0.1)
        let resolver = try ServiceResolver()
        let transport = try BalancedTransport.consul(
            resolver.service("web"),
            transportSecurity: .plaintext,
            serviceConfig: serviceConfig
        )
        #expect(transport.config(forMethod: .name)?.timeout == .seconds(3))
        #expect(transport.config(forMethod: .conversation)?.timeout == .seconds(2))
        let other = MethodDescriptor(fullyQualifiedService: "test.Others", method: "Name")
        #expect(transport.config(forMethod: other)?.timeout == .seconds(1))
        #expect(transport.retryThrottle?.maxTokens == 10)
    }
}

#endif
