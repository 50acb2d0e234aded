// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// The accuracy of weighted round robin, which is pure arithmetic.
enum TakingTurns {
    private static let few: [[UInt16]] = [
        [1, 1], [5, 1, 1], Array(1...10), [10] + [UInt16](repeating: 1, count: 19), [100, 1], [3, 5, 7],
        [10_000, 10_000, 1],
    ]

    static let scenario = Scenario(
        "Weighted round robin is never a whole pick away from the exact share",
        """
        Picks of weightedRoundRobin for 60 sets of 2 to 41 random weights from 1 to 40, a whole cycle each. The first \
        result is the largest deviation of any endpoint after any number of picks from the beginning of the cycle, as \
        a fraction of the bound 1 - 1/(2n - 2), which no order can improve on for all weights (Tijdeman 1980). The \
        second is the error after 1000 picks from any position of the cycle, for each of seven sets that were \
        difficult for other implementations, such as {10, 1 × 19} and {10000, 10000, 1}.
        """
    ) {
        var chances = Chances(seed: 1)
        var (worst, miscounted) = (0.0, 0)
        for _ in 0..<60 {
            let weights = (0..<2 + chances.index(below: 40)).map { _ in UInt16(1 + chances.index(below: 40)) }
            let cycle = Cycle(weights, seed: chances.next())
            worst = max(worst, cycle.deviation / cycle.bound)
            if !cycle.isExact { miscounted += 1 }
        }
        var error = 0.0
        for weights in few {
            let balancer = Picks.balancer(.weightedRoundRobin, weights: weights, seed: chances.next())
            var counts = [Int](repeating: 0, count: weights.count)
            for _ in 0..<1000 { counts[balancer.number()] += 1 }
            error = max(error, Shares.largestError(counts, weights.map(Double.init)))
        }
        var findings = Findings()
        findings.goals = [
            Goal(1, "weightedRoundRobin: worst deviation, as a part of the bound", .atMost(1), worst, .plain(3)),
            Goal(
                1,
                "weightedRoundRobin: cycles with other counts than the weights",
                .atMost(0),
                Double(miscounted),
                .plain(0)
            ),
            Goal(2, "weightedRoundRobin: worst error of a share after 1000 picks", .atMost(0.001), error, .percent(3)),
        ]
        return findings
    }

    /// A cycle of picks, observed from outside.
    private struct Cycle {
        let bound: Double
        /// The deviation from the start of the cycle that makes it smallest: a client starts at any position, and the
        /// picks do not show where the cycle starts.
        let deviation: Double
        /// True if every server was picked as often as its weight says.
        let isExact: Bool

        init(_ weights: [UInt16], seed: UInt64) {
            let divisor = weights.reduce(0) { Cycle.divisor($0, Int($1)) }
            let counts = weights.map { Int($0) / divisor }
            let length = counts.reduce(0, +)
            let balancer = Picks.balancer(.weightedRoundRobin, weights: weights, seed: seed)
            let picks = (0..<length).map { _ in balancer.number() }
            bound = 1 - 1 / Double(2 * weights.count - 2)
            isExact = counts.indices.allSatisfy { index in picks.count { $0 == index } == counts[index] }
            deviation = Double(Cycle.least(picks, counts, length)) / Double(length)
        }

        /// Returns the deviation in units of a pick divided by the length of the cycle.
        private static func least(_ picks: [Int], _ counts: [Int], _ length: Int) -> Int {
            var worst = [Int](repeating: 0, count: length)
            for (index, count) in counts.enumerated() {
                var (ahead, path) = (0, [Int](repeating: 0, count: length))
                for slot in 0..<length {
                    path[slot] = ahead
                    ahead += (picks[slot] == index ? length : 0) - count
                }
                let (low, high) = (path.min() ?? 0, path.max() ?? 0)
                for slot in 0..<length { worst[slot] = max(worst[slot], high - path[slot], path[slot] - low) }
            }
            return worst.min() ?? 0
        }

        private static func divisor(_ first: Int, _ second: Int) -> Int {
            second == 0 ? first : divisor(second, first % second)
        }
    }
}
