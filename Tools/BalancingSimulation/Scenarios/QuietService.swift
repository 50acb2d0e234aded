// SPDX-License-Identifier: Apache-2.0

/// A service with so few requests that there are no loads to compare.
enum QuietService {
    private static let count = 100

    static let scenario = Scenario(
        "With few requests, every server gets the same number",
        """
        100 servers that answer after 10 ms on average (exponentially distributed), 10 requests a second from one \
        client, so that on average a tenth of a request is outstanding; 10 000 requests. The figure is the busiest \
        server's number of requests divided by the mean.
        """
    ) {
        var findings = Findings()
        var table = Table(["policy", "most over mean"])
        let setting = Setting(
            servers: [Server](repeating: Server(.answers(.exponential(mean: 0.010))), count: count),
            arrivals: .open(perSecond: 10, seconds: 1000)
        )
        for contender in Contender.all {
            let run = Simulation.run(setting, contender)
            let most = Double(run.counts(servers: count).max() ?? 0) * Double(count) / Double(max(run.count, 1))
            table.add([contender.name, Unit.plain(3).text(most)])
            switch contender.name {
            case Contender.leastOutstanding.name:
                findings.goals.append(
                    Goal(4, "quiet service, leastOutstanding: most over mean", .atMost(1.02), most, .plain(3))
                )
            case Contender.adaptive.name:
                findings.goals.append(
                    Goal(4, "quiet service, adaptive: most over mean", .atMost(1.20), most, .plain(3))
                )
            default: break
            }
        }
        findings.tables = [table]
        return findings
    }
}
