// SPDX-License-Identifier: Apache-2.0

/// Servers that process one request after another at nine tenths of their capacity: the textbook's M/M/1, fifty times.
enum Queues {
    private static let mean = 0.010
    private static let length = 18.0
    private static let measured = 8.0..<18.0
    private static let contenders: [Contender] = [
        .roundRobin, .random, .leastLoaded, .twoRandomChoices, .leastOutstanding, .adaptive,
    ]

    static let scenario = Scenario(
        "Queues stay short when servers are almost fully loaded",
        """
        50 servers process one request at a time, 10 ms each on average (exponentially distributed), and are 90 % \
        busy: 4500 requests a second for 18 s, of which the first 8 s are not counted. The 99th percentile is given in \
        service times. In theory it is 46 if each request goes to a random server (ln 100 / (1 - 0.9)). Without \
        failures, `weightedRoundRobin` equals plain round robin. Figures of single runs differ by a tenth; that of \
        `leastOutstanding` with 20 clients, which has a goal, is from five runs.
        """,
        lesson: """
            A single client that sees all requests does best with a full scan, and two choices reach most of that. \
            Each of twenty clients sees a twentieth of the requests, and all policies do worse. `leastOutstanding` \
            then pays for its even distribution at low load: one of its two candidates is the next in turn, where the \
            client seldom has a request outstanding, so two random choices learn more from the comparison.
            """
    ) {
        var findings = Findings()
        var table = Table(["policy", "1 client: p99", "mean", "20 clients: p99", "mean"])
        var bars: [Chart.Series] = []
        for contender in contenders {
            let runs = [1, 20].map { run(contender, clients: $0) }
            let tails = runs.map { $0.percentile(0.99) / mean }
            let means = runs.map { $0.meanLatency / mean }
            table.add(
                [contender.name] + zip(tails, means).flatMap { [Unit.plain(1).text($0), Unit.plain(2).text($1)] }
            )
            bars.append(
                Chart.Series(name: contender.name, color: contender.color, points: [(0, tails[0]), (1, tails[1])])
            )
            findings.goals += goals(contender, tails)
        }
        findings.tables = [table]
        findings.charts = [
            Chart(
                file: "queues",
                title: "50 servers with queues, 90 % busy: 99th percentile",
                kind: .bars(["1 client", "20 clients"]),
                x: Chart.Axis("", 0...2, ticks: []),
                y: Chart.Axis("service times", 0...50, ticks: [0, 10, 20, 30, 40, 50]),
                series: bars
            )
        ]
        return findings
    }

    private static func goals(_ contender: Contender, _ tails: [Double]) -> [Goal] {
        guard contender.name == Contender.leastOutstanding.name else { return [] }
        return [
            Goal(9, "queues, leastOutstanding, 1 client: p99 in service times", .atMost(8.5), tails[0], .plain(2)),
            Goal(9, "queues, leastOutstanding, 20 clients: p99 in service times", .atMost(20), tails[1], .plain(2)),
        ]
    }

    private static func run(_ contender: Contender, clients: Int) -> Run {
        let seeds = contender.name == Contender.leastOutstanding.name && clients > 1 ? 5 : 1
        var all = Run()
        for seed in 1...seeds {
            all.samples += Simulation.run(setting(clients: clients, seed: seed), contender).sent(measured).samples
        }
        return all
    }

    private static func setting(clients: Int, seed: Int) -> Setting {
        Setting(
            servers: [Server](repeating: Server(.answers(.exponential(mean: mean)), .queue), count: 50),
            clients: clients,
            arrivals: .open(perSecond: 0.9 * 50 / mean, seconds: length),
            seed: UInt64(seed)
        )
    }
}
