// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import TestSupport

/// An agent that restarts and has lost its services.
enum ForgottenRegistration {
    @Sendable static func run() async throws -> [Figure] {
        var ttl: [Duration] = []
        var http: [Duration] = []
        for _ in 0..<5 {
            ttl.append(try await returnTime(.ttl(.seconds(9))))
            http.append(try await returnTime(.http("http://127.0.0.1:1/health")))
        }
        return [("a TTL check of 9 s", Times(ttl), "3 s"), ("an HTTP check", Times(http), "5 s")].map {
            check,
            times,
            beat in
            Figure(
                subject: "from the restart of an agent that forgot the service until it is back, with \(check)",
                value: "median \(times.median.seconds), at most \(times.greatest.seconds)",
                aim: "one heartbeat, \(beat)"
            )
        }
    }

    private static func returnTime(_ check: ServiceCheck) async throws -> Duration {
        try await withConsulAgent { agent in
            try await withConsul(port: agent.ports.http) { consul in
                var service = ServiceDescription(name: "web", port: 8080, address: "127.0.0.1")
                service.checks = [check]
                var settings = ServiceRegistrar.Configuration()
                settings.followersDelay = .zero
                return try await consul.withRegistration(of: service, configuration: settings) { _ in
                    try await waitUntilListed(agent)
                    try await agent.restart()
                    let restarted = ContinuousClock.now
                    try await waitUntilListed(agent)
                    return restarted.duration(to: .now)
                }
            }
        }
    }

    private static func waitUntilListed(_ agent: ConsulAgent) async throws {
        try await eventually("the service in the agent", within: .seconds(60)) {
            try await agent.get("/v1/agent/services").body.contains(#""web""#)
        }
    }
}
