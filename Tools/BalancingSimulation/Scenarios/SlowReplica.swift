// SPDX-License-Identifier: Apache-2.0

/// One server of eleven takes two seconds for a while, as when a machine swaps: the example of linkerd's authors.
enum SlowReplica {
    private static let slow = 20.0..<60.0
    private static let judged = 0.0..<80.0
    private static let length = 100.0
    /// Without failures, `weightedRoundRobin` equals plain round robin.
    private static let contenders = Contender.baselines + [.leastOutstanding, .adaptive]
    private static let usual = ServiceTime.exponential(mean: 0.010)

    static let scenario = Scenario(
        "A replica that turns slow delays few requests",
        """
        11 servers answer after 10 ms on average (exponentially distributed), any number of requests at once; 1000 \
        requests a second. From 20 s to 60 s one of the servers takes 2 s for each request. The main result is the \
        share of all requests of the first 80 s that were answered within a second. The last 40 s show how soon the \
        server is used again: the time until it has half of its fair share of all clients' requests in half a second. \
        Without failures, `weightedRoundRobin` equals plain round robin.
        """,
        lesson: """
            Round robin sends every eleventh request to the slow server. Counting outstanding requests keeps most \
            requests away from it, but after the stuck requests are answered the slow server looks idle again, to each \
            client separately. An estimate of latency has a memory. The right of the picture shows its price: the \
            estimate must decay first, and `adaptive`, which seldom tries a slow server, takes half a minute to notice \
            that it is fast again.
            """
    ) {
        var findings = Findings()
        var table = Table(["policy", "clients", "within 1 s", "slow one's share", "p99", "p99.9", "back after"])
        var charts = TimeCharts("slow-replica", "One of 11 replicas is slow, 10 clients", length: length)
        for (contender, clients) in contenders.map({ ($0, 10) }) + [(.leastOutstanding, 1), (.adaptive, 1)] {
            let whole = Simulation.run(setting(clients: clients), contender)
            if clients == 10 { charts.add(whole, of: contender, victim: 0) }
            let recovery = Recovery.time(of: 0, in: whole, after: slow.upperBound, until: length, servers: 11)
            let run = whole.sent(judged)
            table.add([
                contender.name, String(clients), Unit.percent(3).text(run.success(within: 1)),
                Unit.percent(3).text(run.sent(slow).share(of: 0)), Unit.milliseconds(0).text(run.percentile(0.99)),
                Unit.milliseconds(0).text(run.percentile(0.999)),
                recovery.map { Unit.seconds(1).text($0) } ?? "not in this run",
            ])
            guard contender.name == Contender.adaptive.name else { continue }
            let least = clients == 1 ? 0.9999 : 0.9995
            let label = clients == 1 ? "1 client" : "\(clients) clients"
            findings.goals.append(
                Goal(
                    7,
                    "slow replica, adaptive, \(label): answered within 1 s",
                    .atLeast(least),
                    run.success(within: 1),
                    .percent(3),
                    missed: clients == 1 ? nil : miss
                )
            )
        }
        findings.tables = [table]
        findings.charts = charts.charts(
            marking: slow,
            "slow",
            shares: 15,
            latencies: 1...4
        )
        return findings
    }

    private static let miss = Goal.Miss(
        reached: 0.99949,
        because: """
            Each of the ten clients detects on its own that the replica is slow, and tries it again after about 5, 10 \
            and 20 s more: about four requests each in 40 s, which is all that the goal allows.
            """
    )

    private static func setting(clients: Int) -> Setting {
        let quick = Server(.answers(usual))
        let sick = quick.changing(to: .answers(.constant(2)), at: slow.lowerBound)
            .changing(to: .answers(usual), at: slow.upperBound)
        return Setting(
            servers: [sick] + [Server](repeating: quick, count: 10),
            clients: clients,
            arrivals: .open(perSecond: 1000, seconds: length)
        )
    }
}
