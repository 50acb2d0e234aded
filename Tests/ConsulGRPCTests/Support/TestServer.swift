// SPDX-License-Identifier: Apache-2.0

#if GRPC

import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TestSupport

/// A gRPC server in this process, on a loopback port, with methods whose messages are text.
final class TestServer: Sendable {
    /// The server's name, which its methods return.
    let name: String
    /// The port that it listens on.
    let port: Int
    /// The times at which calls arrived.
    let arrivals: WatchedValue<[ContinuousClock.Instant]>
    /// The status of each unary call; `nil` for a response with the server's name. Answers wait while it is `hanging`.
    let behavior: WatchedValue<Behavior>

    /// The way in which unary calls are answered.
    enum Behavior: Sendable, Equatable {
        case answering
        case hanging
        case failing(RPCError.Code)
    }

    fileprivate init(name: String, port: Int, service: TestService) {
        self.name = name
        self.port = port
        arrivals = service.arrivals
        behavior = service.behavior
    }

    /// The number of calls that have arrived.
    var count: Int { arrivals.current.count }
}

/// Starts servers, runs the body, and stops the servers however it ends.
func withTestServers<Output: Sendable>(
    _ count: Int,
    _ body: @Sendable ([TestServer]) async throws -> Output
) async throws -> Output {
    try await withThrowingTaskGroup(of: Void.self) { group in
        var servers: [TestServer] = []
        for index in 0..<count {
            let service = TestService(name: "server-\(index)")
            let server = GRPCServer(
                transport: HTTP2ServerTransport.Posix(
                    address: .ipv4(host: "127.0.0.1", port: 0),
                    transportSecurity: .plaintext
                ),
                services: [service]
            )
            group.addTask { try await server.serve() }
            let address = try await server.listeningAddress
            servers.append(TestServer(name: service.name, port: address?.ipv4?.port ?? 0, service: service))
        }
        defer { group.cancelAll() }
        return try await body(servers)
    }
}

/// The methods of a test server, registered by hand.
private struct TestService: RegistrableRPCService {
    let name: String
    let arrivals = WatchedValue<[ContinuousClock.Instant]>([])
    let behavior = WatchedValue(TestServer.Behavior.answering)

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(
            forMethod: .name,
            deserializer: TextDeserializer(),
            serializer: TextSerializer()
        ) { [self] request, _ in
            for try await _ in request.messages {}
            arrivals.update { $0.append(.now) }
            switch try await behavior.wait(until: { $0 != .hanging }) {
            case .failing(let code): throw RPCError(code: code, message: "as the test wants")
            default: return StreamingServerResponse(single: ServerResponse(message: name))
            }
        }
        router.registerHandler(
            forMethod: .conversation,
            deserializer: TextDeserializer(),
            serializer: TextSerializer()
        ) { [self] request, _ in
            arrivals.update { $0.append(.now) }
            return StreamingServerResponse { writer in
                for try await message in request.messages { try await writer.write("\(name): \(message)") }
                return [:]
            }
        }
    }
}

extension MethodDescriptor {
    /// A unary method that returns the name of the server.
    static let name = MethodDescriptor(fullyQualifiedService: "test.Names", method: "Name", type: .unary)
    /// A method that answers each message of a stream with the name of the server and the message.
    static let conversation = MethodDescriptor(
        fullyQualifiedService: "test.Names",
        method: "Conversation",
        type: .bidirectionalStreaming
    )
}

struct TextSerializer: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: String) throws -> Bytes { Bytes(message.utf8) }
}

struct TextDeserializer: MessageDeserializer {
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> String {
        bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

#endif
