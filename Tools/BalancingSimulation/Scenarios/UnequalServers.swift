// SPDX-License-Identifier: Apache-2.0

/// Half of the machines are twice as fast, and their weights do not say so.
enum UnequalServers {
    private static let length = 50.0
    private static let count = 10

    static let scenario = Scenario(
        "Faster machines get more requests without configured weights",
        """
        10 servers with queues, of which half take 20 ms for a request on average and half 10 ms (exponentially \
        distributed); 80 % of their total capacity, for 50 s, from 20 clients. Round robin gives the slow half a fifth \
        more than its capacity, so its queues grow without limit.
        """,
        lesson: """
            Outstanding requests show a client only its own load; latencies show the load of all clients. `adaptive` \
            uses latencies, and gets close to the two thirds that the fast half should have.
            """
    ) {
        var findings = Findings()
        var table = Table(["policy", "mean", "p99", "fast half's share"])
        for contender in Contender.baselines + [.leastOutstanding, .adaptive] {
            let run = Simulation.run(setting, contender)
            let counts = run.counts(servers: count)
            let fast = Double(counts[(count / 2)...].reduce(0, +)) / Double(max(run.count, 1))
            table.add([
                contender.name, Unit.milliseconds(0).text(run.meanLatency),
                Unit.milliseconds(0).text(run.percentile(0.99)), Unit.percent(1).text(fast),
            ])
            if contender.name == Contender.adaptive.name {
                findings.goals.append(
                    Goal(
                        10,
                        "unequal servers, adaptive, 20 clients: mean",
                        .atMost(0.055),
                        run.meanLatency,
                        .milliseconds(1)
                    )
                )
            }
        }
        findings.tables = [table]
        return findings
    }

    private static var setting: Setting {
        let slow = Server(.answers(.exponential(mean: 0.020)), .queue)
        let fast = Server(.answers(.exponential(mean: 0.010)), .queue)
        let capacity = Double(count / 2) * (1 / 0.020 + 1 / 0.010)
        return Setting(
            servers: [Server](repeating: slow, count: count / 2) + [Server](repeating: fast, count: count / 2),
            clients: 20,
            arrivals: .open(perSecond: 0.8 * capacity, seconds: length)
        )
    }
}
