// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// Clients that use a small subset of many servers.
enum Subsets {
    private static let (servers, size, clients) = (100, 5, 10)

    static let scenario = Scenario(
        "When a server is removed, a client replaces at most one of its servers",
        """
        10 clients use 5 of 100 servers each. Each of the 100 servers is removed in turn. The results are the largest \
        number of servers that a client replaces, and the mean, which cannot be less than 5/100.
        """
    ) {
        var (most, all) = (0, 0)
        for client in 0..<clients {
            let rule = SubsetRule(size: size, appliesAbove: 50, seed: UInt64(client))
            let before = used(Array(0..<servers), rule)
            for gone in 0..<servers {
                let after = used((0..<servers).filter { $0 != gone }, rule)
                let replaced = after.subtracting(before).count
                most = max(most, replaced)
                all += replaced
            }
        }
        let mean = Double(all) / Double(clients * servers)
        var findings = Findings()
        findings.goals = [
            Goal(19, "subset, a server is removed: most replaced by a client", .atMost(1), Double(most), .plain(0)),
            Goal(19, "subset, a server is removed: replaced on average", .atMost(0.05), mean, .plain(3)),
        ]
        return findings
    }

    private static func used(_ numbers: [Int], _ rule: SubsetRule) -> Set<Int> {
        let balancer = Picks.balancer(.weightedRoundRobin, numbers.map { .numbered($0) }, seed: 1, subset: rule)
        return Set((0..<size).map { _ in balancer.number() })
    }
}
