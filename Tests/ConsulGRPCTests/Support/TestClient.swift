// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulGRPC
import ConsulResolver
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TestSupport
import Testing

extension GRPCClient {
    /// Calls the unary method.
    ///
    /// - Returns: The name of the server that has answered.
    func name(waitForReady: Bool = false, timeout: Duration = .seconds(30)) async throws -> String {
        var options = CallOptions.defaults
        options.timeout = timeout
        options.waitForReady = waitForReady
        return try await unary(
            request: ClientRequest(message: "?"),
            descriptor: .name,
            serializer: TextSerializer(),
            deserializer: TextDeserializer(),
            options: options
        ) { try $0.message }
    }

    /// Opens a stream, and sends messages until the sequence of them ends.
    ///
    /// - Parameter answers: Receives each answer.
    func converse(_ messages: AsyncStream<String>, into answers: WatchedValue<[String]>) async throws {
        try await bidirectionalStreaming(
            request: StreamingClientRequest { writer in
                for await message in messages { try await writer.write(message) }
            },
            descriptor: .conversation,
            serializer: TextSerializer(),
            deserializer: TextDeserializer(),
            options: .defaults
        ) { response in
            for try await answer in response.messages { answers.update { $0.append(answer) } }
        }
    }

    /// Registers the first instance of a service. Expects that calls before fail with the reason, and that one which
    /// waits is sent then.
    func expectToWait(for server: TestServer, of name: String, on agent: ConsulAgent) async throws {
        let error = await #expect(throws: RPCError.self) { try await self.name() }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("Consul knows no healthy instance") == true)
        async let answer = self.name(waitForReady: true, timeout: .seconds(60))
        try await agent.register(server, as: name)
        #expect(try await answer == server.name)
    }
}

/// Passes a client to the body, and closes it gracefully when the body has returned.
func withClient<Transport: ClientTransport>(
    over transport: Transport,
    _ body: @Sendable (GRPCClient<Transport>) async throws -> Void
) async throws {
    try await withGRPCClient(transport: transport) { try await body($0) }
}

/// Passes a resolver of an agent to the body.
func withResolver(
    of agent: ConsulAgent,
    configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
    _ body: (ServiceResolver) async throws -> Void
) async throws {
    var configuration = ServiceResolver.Configuration()
    configuration.timeout = .seconds(20)
    configuration.dns.nameservers = [.loopback(agent.ports.dns)]
    configuration.http.address = ConsulHTTPAddress(.loopback(agent.ports.http), usesTLS: false)
    configure(&configuration)
    try await withServiceResolver(configuration: configuration, body)
}

extension HostPort {
    /// Returns a port of this machine.
    static func loopback(_ port: Int) -> HostPort { HostPort(host: .address(.v4(.loopback)), port: UInt16(port)) }
}

extension ConsulAgent {
    /// Registers a server as an instance of a service.
    func register(_ server: TestServer, as name: String, weight: Int? = nil) async throws {
        try await register(port: server.port, id: "\(name)-\(server.name)", as: name, weight: weight)
    }

    /// Registers a port of this machine as an instance of a service.
    func register(port: Int, id: String, as name: String, weight: Int? = nil) async throws {
        let instance = ServiceRegistration(name, id: id, address: "127.0.0.1", port: port, passingWeight: weight)
        try await register(instance, node: "\(name)-node")
    }

    /// Removes a server from the instances of a service.
    func deregister(_ server: TestServer, from name: String) async throws {
        try await deregister(node: "\(name)-node", serviceID: "\(name)-\(server.name)")
    }
}

extension ServiceResolver {
    /// Returns a transport of grpc-swift with this library's name resolver.
    func transport(to request: ServiceRequest) throws -> HTTP2ClientTransport.Posix {
        var registry = NameResolverRegistry.defaults
        registry.registerFactory(ConsulNameResolverFactory(self))
        return try .http2NIOPosix(
            target: .consul(service: request),
            transportSecurity: .plaintext,
            resolverRegistry: registry
        )
    }
}

#endif
