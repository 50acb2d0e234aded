// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// The owners of keys, before and after the removal of a server.
enum Keys {
    static let scenario = Scenario(
        "When a server is removed, only its keys move",
        """
        `hashed` with its defaults: with 10 servers it compares all of them for each key (rendezvous hashing), with \
        100 it uses a lookup table (Maglev). One server is removed: the first result is the share of 100 000 keys that \
        move although their server still exists. The second is the largest number of keys of a server divided by the \
        mean, for 200 000 keys with 10 servers and 1 000 000 with 100.
        """
    ) {
        let moved = [10, 100].map { needless(servers: $0, keys: 100_000) }
        let most = [balance(servers: 10, keys: 200_000), balance(servers: 100, keys: 1_000_000)]
        var findings = Findings()
        findings.goals = [
            Goal(16, "hashed, 10 servers: keys that move needlessly", .atMost(0), moved[0], .percent(2)),
            Goal(16, "hashed, 100 servers: keys that move needlessly", .atMost(0.01), moved[1], .percent(2)),
            Goal(17, "hashed, 10 servers: most keys over mean", .atMost(1.03), most[0], .plain(3)),
            Goal(17, "hashed, 100 servers: most keys over mean", .atMost(1.03), most[1], .plain(3)),
        ]
        return findings
    }

    private static func needless(servers: Int, keys: Int) -> Double {
        let endpoints = (0..<servers).map { Endpoint.numbered($0) }
        let gone = servers / 2
        let before = Picks.balancer(.hashed, endpoints, seed: 1)
        let after = Picks.balancer(.hashed, endpoints.filter { $0.number != gone }, seed: 1)
        var moved = 0
        for key in 0..<keys {
            let owner = before.number(HashKey(key))
            if owner != gone, after.number(HashKey(key)) != owner { moved += 1 }
        }
        return Double(moved) / Double(keys)
    }

    private static func balance(servers: Int, keys: Int) -> Double {
        let balancer = Picks.balancer(.hashed, (0..<servers).map { .numbered($0) }, seed: 1)
        var counts = [Int](repeating: 0, count: servers)
        for key in 0..<keys { counts[balancer.number(HashKey(key))] += 1 }
        return Double(counts.max() ?? 0) * Double(servers) / Double(keys)
    }
}
