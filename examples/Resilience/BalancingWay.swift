// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// One of the balancing configurations that are compared.
struct BalancingWay {
    let name: String
    var configuration = LoadBalancer.Configuration()
    var attempts = 1

    static let all = [
        BalancingWay("round robin, no ejection", .weightedRoundRobin, ejection: nil),
        BalancingWay("weightedRoundRobin", .weightedRoundRobin),
        BalancingWay("leastOutstanding", .leastOutstanding),
        BalancingWay("adaptive", .adaptive),
        BalancingWay("adaptive, 2 attempts", .adaptive, attempts: 2),
    ]

    private init(
        _ name: String,
        _ policy: any BalancingPolicy,
        ejection: EjectionPolicy? = EjectionPolicy(),
        attempts: Int = 1
    ) {
        self.name = name
        self.attempts = attempts
        configuration.policy = policy
        configuration.ejection = ejection
    }
}
