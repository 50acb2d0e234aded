// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOConcurrencyHelpers
import TestSupport

/// A client's token in a file, which is replaced while the client runs.
final class RotatingToken: Sendable {
    /// The path of the file.
    let path: String

    private let servers: [ConsulAgent]
    private let current = NIOLockedValueBox<ConsulToken?>(nil)

    init(path: String, servers: [ConsulAgent]) { (self.path, self.servers) = (path, servers) }

    /// Creates a token and writes it into the file.
    ///
    /// - Returns: The token that the file had before.
    @discardableResult
    func issue() async throws -> ConsulToken? {
        let token = try await ask { try await $0.createToken(rules: "") }
        // Until all servers know the token, an agent that asks one of them takes it for unknown.
        for server in servers where server.processID != nil {
            try? await eventually("the token at \(server.node)", within: .seconds(2)) {
                let path = "/v1/acl/token/self?stale"
                let reply = try? await withDeadline(.seconds(1)) { try await server.get(path, token: token.secret) }
                return reply?.isSuccess == true
            }
        }
        try Data(token.secret.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        return current.withLockedValue { current in
            defer { current = token }
            return current
        }
    }

    /// Deletes a token. Consul refuses it from then on.
    func revoke(_ token: ConsulToken?) async throws {
        guard let token else { return }
        try await ask { try await $0.deleteToken(token) }
    }

    /// Deletes the token in the file. Requests are refused until the next one is issued.
    func revoke() async throws { try await revoke(current.withLockedValue { $0 }) }

    /// Sends a request to one server after the other until one of them carries it out. Other faults go on meanwhile.
    private func ask<Output: Sendable>(
        _ request: @escaping @Sendable (ConsulAgent) async throws -> Output
    ) async throws -> Output {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            for server in servers where server.processID != nil {
                do { return try await withDeadline(.seconds(2)) { try await request(server) } } catch {
                    if ContinuousClock.now > end { throw error }
                }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
