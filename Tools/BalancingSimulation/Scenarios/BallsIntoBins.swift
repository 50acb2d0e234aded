// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// Requests that never end: the classical setting of two random choices.
enum BallsIntoBins {
    private static let bins = 1000

    static let scenario = Scenario(
        "Requests that never end are spread evenly",
        """
        leastOutstanding picks 100 000 times among 1000 servers, and no request ends; 3 runs. The gap is the busiest \
        server's number of requests above the mean. With random picks it is about 34; with two random choices it is \
        2.1, whatever the number of requests.
        """
    ) {
        var findings = Findings()
        let gaps = (1...3).map { gap(seed: UInt64($0)) }
        let worst = gaps.max() ?? 0
        findings.goals = [
            Goal(3, "leastOutstanding, no request ends, worst of 3 runs: gap", .atMost(2.5), worst, .plain(1)),
            Goal(3, "leastOutstanding, no request ends: most over mean", .atMost(1.02), 1 + worst / 100, .plain(3)),
        ]
        return findings
    }

    private static func gap(seed: UInt64) -> Double {
        let balancer = Picks.balancer(.leastOutstanding, weights: [UInt16](repeating: 1, count: bins), seed: seed)
        var counts = [Int](repeating: 0, count: bins)
        var leases: [SharedLease] = []
        leases.reserveCapacity(100 * bins)
        for _ in 0..<100 * bins {
            guard let lease = try? balancer.pick() else { continue }
            counts[lease.endpoint.number] += 1
            leases.append(SharedLease(lease))
        }
        return Double(counts.max() ?? 0) - 100
    }
}
