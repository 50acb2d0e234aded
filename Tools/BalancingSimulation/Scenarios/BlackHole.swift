// SPDX-License-Identifier: Apache-2.0

/// One of ten servers accepts requests and never answers, as behind a firewall that drops packets; it recovers after a
/// minute.
enum BlackHole {
    static let hole = 10.0..<70.0
    private static let length = 110.0
    private static let healthy = ServiceTime.exponential(mean: 0.020)

    static let scenario = Scenario(
        "A server that never answers is avoided before the first timeout, and used again after it recovers",
        """
        10 servers answer after 20 ms on average (exponentially distributed); 1000 requests a second. From 10 s to 70 \
        s one of them never answers, and clients time out after 10 s. A policy that ignores failures loses a tenth of \
        that minute's 60 000 requests. The server counts as recovered when it has half of its fair share of all \
        clients' requests in half a second.
        """,
        lesson: """
            Round robin has no information until the first requests time out, ten seconds later; then ejection ends \
            the losses. Policies that count outstanding requests notice at once that they pile up. The full scan loses \
            about as few requests as the best, and uses the server again first, because it has no memory; the section \
            before shows what that costs elsewhere. The others try the server again after some time, and each client \
            does so on its own.
            """
    ) {
        var findings = Findings()
        var table = Table(["policy", "clients", "lost", "lost per client", "recovery after"])
        var charts = TimeCharts("black-hole", "One of 10 servers never answers, 10 clients", length: length)
        let contenders: [Contender] = [.roundRobin, .leastLoaded] + Contender.ours
        for (contender, clients) in contenders.map({ ($0, 10) }) + [(.adaptive, 1)] {
            // No other client makes up for a single client that waits long before it explores again.
            let length = clients == 1 ? 135 : length
            let run = Simulation.run(setting(clients: clients, length: length), contender)
            if clients == 10 { charts.add(run, of: contender, victim: 0) }
            let lost = run.failures
            let recovery = Recovery.time(of: 0, in: run, after: hole.upperBound, until: length, servers: 10)
            table.add([
                contender.name, String(clients), Unit.percent(3).text(Double(lost) / 60_000),
                Unit.plain(1).text(Double(lost) / Double(clients)),
                recovery.map { Unit.seconds(1).text($0) } ?? "not in this run",
            ])
            guard contender.name == Contender.adaptive.name else { continue }
            findings.goals += goals(lost: lost, recovery: recovery, clients: clients)
        }
        findings.tables = [table]
        findings.charts = charts.charts(marking: hole, "never answers", shares: 20, latencies: 1...5)
        return findings
    }

    private static func goals(lost: Int, recovery: Double?, clients: Int) -> [Goal] {
        if clients == 1 {
            return [
                Goal(
                    12,
                    "black hole for 60 s, adaptive, 1 client: lost",
                    .atMost(0.001),
                    Double(lost) / 60_000,
                    .percent(3)
                ),
                Goal(
                    14,
                    "after a black hole of 60 s, adaptive, 1 client: back at half of its share",
                    .atMost(60),
                    recovery ?? .infinity,
                    .seconds(1)
                ),
            ]
        }
        return [
            Goal(
                12,
                "black hole for 60 s, adaptive, 10 clients: lost per client",
                .atMost(5),
                Double(lost) / Double(clients),
                .plain(1)
            ),
            Goal(
                14,
                "after a black hole of 60 s, adaptive, 10 clients: back at half of its share",
                .atMost(25),
                recovery ?? .infinity,
                .seconds(1)
            ),
        ]
    }

    static func setting(clients: Int, perSecond: Double = 1000, length: Double = length, seed: UInt64 = 1) -> Setting {
        let well = Server(.answers(healthy))
        let sick = well.changing(to: .silent, at: hole.lowerBound).changing(to: .answers(healthy), at: hole.upperBound)
        return Setting(
            servers: [sick] + [Server](repeating: well, count: 9),
            clients: clients,
            arrivals: .open(perSecond: perSecond, seconds: length),
            seed: seed
        )
    }
}
