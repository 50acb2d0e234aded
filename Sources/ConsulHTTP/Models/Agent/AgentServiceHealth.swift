// SPDX-License-Identifier: Apache-2.0

/// How an instance is that is registered with the agent that was asked: `/v1/agent/health/service/…`.
public struct AgentServiceHealth: Hashable, Sendable {
    /// The worst status of the checks, as the agent sees them.
    public var status: HealthStatus

    /// The instance.
    public var service: ServiceEntry.Service

    /// The checks of the instance, and those of the agent's node that were registered with it.
    public var checks: [ServiceEntry.Check]

    /// An instance and how it is.
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
