// SPDX-License-Identifier: Apache-2.0

/// Weights and loads combined.
enum WeightedLoad {
    private static let weights: [UInt16] = Array(1...10)

    static let scenario = Scenario(
        "Comparing loads does not distort weights",
        """
        10 servers of weights 1 to 10 that answer after 10 ms on average (exponentially distributed), any number of \
        requests at once; 1, 10 and 100 requests outstanding on average, 20 000 in all. The error is half of the sum \
        of all differences between shares of requests and shares of weights (total variation).
        """
    ) {
        var findings = Findings()
        var table = Table(["policy", "1 under way", "10", "100"])
        for contender in [Contender.leastLoaded, .weightedRoundRobin, .leastOutstanding, .adaptive] {
            let errors = [1, 10, 100].map { error(of: contender, underWay: $0) }
            table.add([contender.name] + errors.map { Unit.percent(2).text($0) })
            guard contender.name == Contender.leastOutstanding.name else { continue }
            findings.goals = zip([1, 10, 100], errors).map { underWay, error in
                Goal(
                    5,
                    "weights 1 to 10, leastOutstanding, \(underWay) under way: error",
                    .atMost(0.025),
                    error,
                    .percent(2)
                )
            }
        }
        findings.tables = [table]
        return findings
    }

    private static func error(of contender: Contender, underWay: Int) -> Double {
        let rate = Double(underWay) * 100
        let setting = Setting(
            servers: weights.map { _ in Server(.answers(.exponential(mean: 0.010))) },
            weights: weights,
            arrivals: .open(perSecond: rate, seconds: 20_000 / rate)
        )
        let run = Simulation.run(setting, contender)
        return Shares.totalVariation(run.counts(servers: weights.count), weights.map(Double.init))
    }
}
