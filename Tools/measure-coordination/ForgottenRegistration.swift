// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import TestSupport

/// An agent that has forgotten a service, as one that lost its data.
enum ForgottenRegistration {
    private static let times = 10

    @Sendable static func run() async throws -> [Figure] {
        let checks: [(name: String, check: ServiceCheck, heartbeat: String)] = [
            ("a TTL check of 9 s", .ttl(.seconds(9)), "3 s"),
            ("an HTTP check", .http("http://127.0.0.1:1/health"), "5 s"),
        ]
        var figures: [Figure] = []
        for (name, check, heartbeat) in checks {
            let times = Times(try await returnTimes(check))
            figures.append(
                Figure(
                    subject: "a service that the agent forgot until it is back, with \(name)",
                    value: "median \(times.median.seconds), at most \(times.greatest.seconds) (\(times.count) times)",
                    aim: "one heartbeat, \(heartbeat)"
                )
            )
        }
        return figures
    }

    private static func returnTimes(_ check: ServiceCheck) async throws -> [Duration] {
        try await withConsulAgent { agent in
            try await withConsul(port: agent.ports.http) { consul in
                var service = ServiceDescription(name: "web", port: 8080, address: "127.0.0.1")
                service.checks = [check]
                var settings = ServiceRegistrar.Configuration()
                settings.followersDelay = .zero
                return try await consul.withRegistration(of: service, configuration: settings) { _ in
                    var returns: [Duration] = []
                    for _ in 0..<times {
                        try await waitUntilListed(agent)
                        // Somewhere between two heartbeats.
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<3000)))
                        try await agent.put("/v1/agent/service/deregister/\(service.id)")
                        let forgotten = ContinuousClock.now
                        try await waitUntilListed(agent)
                        returns.append(forgotten.duration(to: .now))
                    }
                    return returns
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
