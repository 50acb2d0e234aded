// SPDX-License-Identifier: Apache-2.0

/// The health of an instance that is registered with the queried agent: `/v1/agent/health/service/…`.
public struct AgentServiceHealth: Hashable, Sendable {
    /// The worst status of the checks, as the agent reports it.
    public var status: HealthStatus

    /// The instance.
    public var service: ServiceEntry.Service

    /// The checks of the instance, and those checks of the agent's node that were registered with it.
    public var checks: [ServiceEntry.Check]

    /// Creates an instance with its health.
    public init(
        status: HealthStatus = .unknown,
        service: ServiceEntry.Service = .init(),
        checks: [ServiceEntry.Check] = []
    ) {
        self.status = status
        self.service = service
        self.checks = checks
    }
}
