// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulGRPC
import ConsulResolver
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import ServiceLifecycle
import UnixSignals

/// A gRPC server that registers itself, and a client whose calls are balanced among all such servers.
///
///     consul agent -dev &
///     export CONSUL_HTTP_ADDR=127.0.0.1:8500
///     swift run GRPCGreeting serve 9001 &
///     swift run GRPCGreeting serve 9002 &
///     swift run GRPCGreeting call 10
///
/// The messages are text, so that the example needs no generated code.
@main
struct GRPCGreeting {
    static func main() async throws {
        let arguments = ProcessInfo.processInfo.arguments.dropFirst()
        switch (arguments.first, arguments.dropFirst().first.flatMap { Int($0) }) {
        case ("serve", let port?): try await serve(port)
        case ("call", let count?): try await call(count)
        default:
            print("usage: GRPCGreeting serve PORT, or GRPCGreeting call COUNT")
            exit(64)
        }
    }

    /// Serves until SIGTERM: the registrar leaves the catalog first, and then the server ends its calls.
    private static func serve(_ port: Int) async throws {
        let logger = Logger(label: "greeting-\(port)")
        let environment = ProcessInfo.processInfo.environment
        let consul = try ConsulHTTPClient(configuration: ConsulHTTPConfiguration(environment: environment))
        let server = GRPCServer(
            transport: HTTP2ServerTransport.Posix(
                address: .ipv4(host: "127.0.0.1", port: port),
                transportSecurity: .plaintext
            ),
            services: [GreetingService(name: "the server on port \(port)")]
        )
        var service = ServiceDescription(name: "greeting", port: port, address: "127.0.0.1", id: "greeting-\(port)")
        service.checks = [.ttl(.seconds(9))]
        let registrar = try ServiceRegistrar(consul, service, logger: logger)
        let group = ServiceGroup(
            services: [Serving(server: server), registrar],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
        await consul.shutdown()
        logger.info("has ended")
    }

    /// Calls the servers by turns, as the weights of Consul say.
    private static func call(_ count: Int) async throws {
        try await withServiceResolver(configuration: .fromProcessEnvironment()) { resolver in
            let greeting = resolver.service("greeting", policy: .weightedRoundRobin, updating: .watch)
            try await greeting.ready()
            try await withGRPCClient(transport: .consul(greeting, transportSecurity: .plaintext)) { client in
                for _ in 0..<count {
                    let answer = try await client.unary(
                        request: ClientRequest(message: "Consul"),
                        descriptor: .greet,
                        serializer: TextSerializer(),
                        deserializer: TextDeserializer(),
                        options: .defaults
                    ) { try $0.message }
                    print(answer)
                }
            }
        }
    }
}

/// Runs a server until graceful shutdown, and then ends its calls.
private struct Serving: Service {
    let server: GRPCServer<HTTP2ServerTransport.Posix>

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.serve()
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }
}

/// Answers each name with a greeting.
private struct GreetingService: RegistrableRPCService {
    let name: String

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(
            forMethod: .greet,
            deserializer: TextDeserializer(),
            serializer: TextSerializer()
        ) { [name] request, _ in
            let request = try await ServerRequest(stream: request)
            return StreamingServerResponse(
                single: ServerResponse(message: "hello \(request.message), says \(name)")
            )
        }
    }
}

extension MethodDescriptor {
    fileprivate static let greet = MethodDescriptor(fullyQualifiedService: "examples.Greeting", method: "Greet")
}

private struct TextSerializer: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: String) throws -> Bytes { Bytes(message.utf8) }
}

private struct TextDeserializer: MessageDeserializer {
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> String {
        bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
