// SPDX-License-Identifier: Apache-2.0

/// One server of ten fails at once, which makes it look like the quickest.
enum Sinkhole {
    private static let failing = 5.0..<35.0
    private static let length = 50.0
    private static let usual = ServiceTime.exponential(mean: 0.020)

    static let scenario = Scenario(
        "A server that fails at once does not attract requests",
        """
        10 servers answer after 20 ms on average (exponentially distributed); 1000 requests a second for 50 s. From 5 \
        s to 35 s one of them fails every request after 1 ms. A policy that ignores failures fails a tenth of that \
        half minute's 30 000 requests.
        """,
        lesson: """
            The failing server never has a request outstanding, so the full scan prefers it; a single client sends it \
            nearly half of all requests. Ejection ends that after five failures in a row. `adaptive` mostly avoids the \
            server earlier, since it counts a failure as a long latency. After the fault the order is reversed: an \
            ejected server returns when its ejection ends, which takes twice as long after each failed attempt, so the \
            policies that ejected it are still waiting; `adaptive` seldom needed to eject it.
            """
    ) {
        var findings = Findings()
        var table = Table(["policy", "clients", "failed", "failed per client"])
        var charts = TimeCharts("failing-server", "One of 10 servers fails at once, 10 clients", length: length)
        let alone: [Contender] = [.leastLoaded, .leastOutstanding, .adaptive]
        for (contender, clients) in Contender.all.map({ ($0, 10) }) + alone.map({ ($0, 1) }) {
            let run = Simulation.run(setting(clients: clients), contender)
            if clients == 10 { charts.add(run, of: contender, victim: 0) }
            let share = run.sent(failing).failureShare
            let each = Double(run.failures) / Double(clients)
            table.add([
                contender.name, String(clients), Unit.percent(3).text(share), Unit.plain(1).text(each),
            ])
            guard contender.name == Contender.adaptive.name else { continue }
            findings.goals.append(
                clients == 1
                    ? Goal(11, "failing server, adaptive, 1 client: failed", .atMost(0.0002), share, .percent(3))
                    : Goal(
                        11,
                        "failing server, adaptive, \(clients) clients: failed per client in 30 s",
                        .atMost(4),
                        each,
                        .plain(1)
                    )
            )
        }
        findings.tables = [table]
        // The failing server is not slow, so the latency chart would be flat.
        findings.charts = [
            charts.charts(marking: failing, "fails", shares: 15, latencies: 1...3)[0]
        ]
        return findings
    }

    private static func setting(clients: Int) -> Setting {
        let well = Server(.answers(usual))
        let sick = well.changing(to: .fails(.constant(0.001)), at: failing.lowerBound)
            .changing(to: .answers(usual), at: failing.upperBound)
        return Setting(
            servers: [sick] + [Server](repeating: well, count: 9),
            clients: clients,
            arrivals: .open(perSecond: 1000, seconds: length)
        )
    }
}
