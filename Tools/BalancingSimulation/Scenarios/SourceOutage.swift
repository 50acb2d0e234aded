// SPDX-License-Identifier: Apache-2.0

/// Consul is unreachable for an hour.
enum SourceOutage {
    private static let outage = 60.0..<3660.0

    static let scenario = Scenario(
        "An hour without Consul fails no pick",
        """
        5 servers that answer after 20 ms on average, adaptive, 4 clients with 10 requests a second together. After a \
        minute Consul is unreachable for an hour: the balancer receives the last known endpoints once more, marked as \
        stale, and no update after that. Half an hour later one server goes down for good, and only the outcomes of \
        requests show it. Empty and partial answers are filtered before they reach a balancer (`LastKnownGoodPolicy`, \
        which has its own tests).
        """
    ) {
        let well = Server(.answers(.exponential(mean: 0.020)))
        let setting = Setting(
            servers: [well.changing(to: .fails(.constant(0.001)), at: 1800)] + [Server](repeating: well, count: 4),
            clients: 4,
            arrivals: .open(perSecond: 10, seconds: outage.upperBound + 60),
            listings: [
                Listing(time: 0, servers: 0..<5), Listing(time: outage.lowerBound, servers: 0..<5, isStale: true),
                Listing(time: outage.upperBound, servers: 1..<5),
            ]
        )
        let run = Simulation.run(setting, .adaptive)
        var findings = Findings()
        findings.goals = [
            Goal(
                20,
                "Consul away for an hour: picks without an endpoint",
                .atMost(0),
                Double(run.failedPicks),
                .plain(0)
            )
        ]
        var table = Table([
            "requests", "flagged as stale", "failed, after the server went down", "servers in use while it was",
        ])
        let used = run.sent(1900..<outage.upperBound).counts(servers: 5).dropFirst().count { $0 > 0 }
        table.add([
            Unit.plain(0).text(Double(run.count)), Unit.plain(0).text(Double(run.stalePicks)), String(run.failures),
            "\(used) of 4",
        ])
        findings.tables = [table]
        return findings
    }
}
