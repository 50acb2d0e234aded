// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulGRPC
import ConsulResolver
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TestSupport

/// A real transport to one endpoint that records when it is connected and when it has ended.
struct RecordingTransport: ClientTransport {
    typealias Bytes = GRPCNIOTransportBytes

    let base: HTTP2ClientTransport.Posix
    let port: Int
    let log: ConnectionLog

    var retryThrottle: RetryThrottle? { base.retryThrottle }

    func config(forMethod descriptor: MethodDescriptor) -> MethodConfig? { base.config(forMethod: descriptor) }

    func connect() async throws {
        log.open.update { $0.insert(port) }
        defer { log.open.update { $0.remove(port) } }
        try await base.connect()
    }

    func beginGracefulShutdown() {
        log.closing.update { $0.insert(port) }
        base.beginGracefulShutdown()
    }

    func withStream<T: Sendable>(
        descriptor: MethodDescriptor,
        options: CallOptions,
        _ closure: (RPCStream<Inbound, Outbound>, ClientContext) async throws -> T
    ) async throws -> T {
        try await base.withStream(descriptor: descriptor, options: options, closure)
    }
}

/// The connections of a transport, by the port that they go to.
final class ConnectionLog: Sendable {
    /// The ports to which there is a connection, or an attempt to connect.
    let open = WatchedValue<Set<Int>>([])
    /// The ports whose connections were told to close.
    let closing = WatchedValue<Set<Int>>([])
}

extension BalancedTransport where Base == RecordingTransport {
    /// Creates a transport whose connections are recorded.
    convenience init(recording service: ConsulService, in log: ConnectionLog) {
        self.init(service) { endpoint in
            let port = Int(endpoint.port)
            let base = try HTTP2ClientTransport.Posix(
                target: .ipv4(address: "127.0.0.1", port: port),
                transportSecurity: .plaintext
            )
            return RecordingTransport(base: base, port: port, log: log)
        }
    }
}

#endif
