// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers
import ResolverSupport

/// The requests about one registered instance, each with a time limit of its own.
struct RegistrationRequests: Sendable {
    let client: ConsulHTTPClient
    let service: ServiceDescription
    let incarnation: String
    /// The time limit of a request.
    let timeout: Duration
    /// The token of the last registration; `nil` before the first one.
    private let registeredToken = NIOLockedValueBox<TokenIdentity?>(nil)

    init(client: ConsulHTTPClient, service: ServiceDescription, incarnation: String, timeout: Duration) {
        (self.client, self.service, self.incarnation, self.timeout) = (client, service, incarnation, timeout)
    }

    /// The time limit of a heartbeat: a quarter of the time to live leaves time for another one.
    private var heartbeatTimeout: Duration {
        min(timeout, .seconds(3), (service.timeToLive ?? .seconds(12)) / 4)
    }

    /// Registers the service, and begins the maintenance mode that a registration ends.
    ///
    /// - Parameter maintenance: Returns the reason of the maintenance mode, or `nil`. It is called after the registration.
    func register(maintenance: @Sendable () -> String?) async throws {
        // Read before the registration: a token that is replaced in between is found later.
        let token = try await client.tokenIdentity(timeout: timeout)
        try await client.registerService(service, incarnation: incarnation, timeout: timeout)
        registeredToken.withLockedValue { $0 = token }
        if let reason = maintenance() {
            try await client.setMaintenance(ofService: service.id, reason: reason, timeout: timeout)
        }
    }

    /// Returns true if requests carry another token now than the last registration did. The agent still uses that one for
    /// the service.
    func isTokenReplaced() async -> Bool {
        guard let registered = registeredToken.withLockedValue({ $0 }) else { return false }
        guard let token = try? await client.tokenIdentity(timeout: heartbeatTimeout) else { return false }
        return token != registered
    }

    /// Updates all TTL checks.
    ///
    /// - Returns: False if the agent does not have one of them, as far as the answer tells: Consul 1.8 answers 500 in
    ///   this case, and in others.
    func heartbeat(_ health: ServiceHealth) async throws -> Bool {
        for id in service.heartbeatCheckIDs {
            do {
                guard try await client.updateCheck(id, health, timeout: heartbeatTimeout) else { return false }
            } catch let error as ConsulHTTPError where error.code == .serverError && error.status == 500 {
                return false
            }
        }
        return true
    }

    /// Reads the service from the agent.
    ///
    /// - Returns: True if this incarnation registered it, false if another one did; `nil` if the agent does not have it.
    func presence() async throws -> Bool? {
        var options = ReadOptions()
        // The state machines decide when to read again.
        options.retries = false
        let found = try await client.agentService(service.id, options: options, timeout: timeout)
        return found.map { $0.meta[ServiceDescription.incarnationKey] == incarnation }
    }

    /// Reads all instances of the service from the catalog.
    func entries(_ consistency: ReadOptions.Consistency) async throws -> [ServiceEntry] {
        var request = ServiceHealthRequest(service.name)
        request.options.consistency = consistency
        request.options.retries = false
        return try await client.serviceHealth(request, timeout: timeout).value
    }

    /// Begins the maintenance mode of the service.
    ///
    /// - Returns: False if the agent does not have the service.
    func withdraw() async throws -> Bool {
        if await isTokenReplaced() {
            try await register { Self.shutdownReason }
            return true
        }
        return try await client.setMaintenance(ofService: service.id, reason: Self.shutdownReason, timeout: timeout)
    }

    /// Deregisters the service, with the present token.
    func deregister() async throws {
        // A registration that fails must not prevent the deregistration.
        if await isTokenReplaced() { try? await register { Self.shutdownReason } }
        try await client.deregisterService(service.id, timeout: timeout)
    }

    private static let shutdownReason = "shutting down"
}

extension RegistrationUpkeep.Failure {
    /// The meaning of an error for a registration.
    init(_ error: any Error) {
        guard let error = error as? ConsulHTTPError else {
            self = .unanswered
            return
        }
        self =
            switch error.code {
            case .denied: .denied
            case .badRequest: .rejected
            default: error.isRetryable ? .unreachable : .unanswered
            }
    }
}
