// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// Who has which key, and who after somebody has gone.
enum Keys {
    private static let exact = Hashed(largestExactSet: .max)
    private static let table = Hashed(largestExactSet: 0)

    static let scenario = Scenario(
        "When a server goes, its keys move and no others do",
        """
        Keys 0, 1, 2 and on. One of 10, and of 100 servers is removed: the share of keys that move although their server is \
        still there, of 200 000. Then 1 000 000 keys on 100 servers: the largest number of keys over the mean. Both for \
        all servers compared (rendezvous hashing, what `hashed` does with up to 64) and for its table (Maglev, beyond).
        """
    ) {
        var findings = Findings()
        var table = Table(["way", "moved needlessly, n = 10", "n = 100", "most over mean, n = 100"])
        for (name, policy, most) in [("rendezvous", exact, 0.0), ("table", Keys.table, 0.01)] {
            let moved = [10, 100].map { needless(policy, servers: $0) }
            let balance = balance(policy, servers: 100)
            table.add([name] + moved.map { Unit.percent(2).text($0) } + [Unit.plain(3).text(balance)])
            findings.goals += [
                Goal(16, "hashed by \(name): keys that move needlessly", .atMost(most), moved.max() ?? 0, .percent(2)),
                Goal(17, "hashed by \(name), 100 servers: most keys over mean", .atMost(1.03), balance, .plain(3)),
            ]
        }
        findings.tables = [table]
        return findings
    }

    private static func needless(_ policy: Hashed, servers: Int) -> Double {
        let keys = 200_000
        let endpoints = (0..<servers).map { Endpoint.numbered($0) }
        let before = Picks.balancer(policy, endpoints, seed: 1)
        let gone = servers / 2
        let after = Picks.balancer(policy, endpoints.filter { $0.number != gone }, seed: 1)
        var moved = 0
        for key in 0..<keys {
            let owner = before.number(HashKey(key))
            if owner != gone, after.number(HashKey(key)) != owner { moved += 1 }
        }
        return Double(moved) / Double(keys)
    }

    private static func balance(_ policy: Hashed, servers: Int) -> Double {
        let keys = 1_000_000
        let balancer = Picks.balancer(policy, (0..<servers).map { .numbered($0) }, seed: 1)
        var counts = [Int](repeating: 0, count: servers)
        for key in 0..<keys { counts[balancer.number(HashKey(key))] += 1 }
        return Double(counts.max() ?? 0) * Double(servers) / Double(keys)
    }
}
