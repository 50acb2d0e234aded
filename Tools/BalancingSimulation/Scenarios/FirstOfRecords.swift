// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// Clients that keep one connection, each to a server of its own choice.
enum FirstOfRecords {
    private static let clients = 5000
    private static let sets: [[UInt16]] = [[1, 1], [10, 1], [0, 1, 1], [1, 2, 3, 4]]

    static let scenario = Scenario(
        "The first server of a client depends only on chance and weight",
        """
        5000 clients with pickFirst for each of the weights {1, 1}, {10, 1}, {0, 1, 1} and {1, 2, 3, 4}. The results \
        are the largest difference between a server's share of clients and its share of weights, in standard \
        deviations, and the number of clients that choose another server when the records arrive in another order. RFC \
        2782 followed to the letter gives the first of two equal records two thirds of the clients: 23 standard \
        deviations.
        """
    ) {
        var (worst, swayed) = (0.0, 0)
        var chances = Chances(seed: 1)
        for weights in sets {
            let endpoints = weights.enumerated().map { Endpoint.numbered($0, weight: $1) }
            var counts = [Int](repeating: 0, count: weights.count)
            for client in 0..<clients {
                let seed = chances.next()
                let number = Picks.balancer(.pickFirst, endpoints, seed: seed).number()
                counts[number] += 1
                guard client < 500 else { continue }
                if Picks.balancer(.pickFirst, endpoints.reversed(), seed: seed).number() != number { swayed += 1 }
            }
            worst = max(worst, deviations(counts, weights))
        }
        var findings = Findings()
        findings.goals = [
            Goal(18, "pickFirst: worst error of a share, in standard deviations", .atMost(3), worst, .plain(2)),
            Goal(18, "pickFirst: clients that depend on the order of records", .atMost(0), Double(swayed), .plain(0)),
        ]
        return findings
    }

    private static func deviations(_ counts: [Int], _ weights: [UInt16]) -> Double {
        let sum = weights.reduce(0.0) { $0 + Double($1) }
        return zip(counts, weights).map { count, weight in
            let share = Double(weight) / sum
            let deviation = (share * (1 - share) * Double(clients)).squareRoot()
            let error = abs(Double(count) - share * Double(clients))
            return error == 0 ? 0 : error / max(deviation, 1e-9)
        }.max() ?? 0
    }
}
