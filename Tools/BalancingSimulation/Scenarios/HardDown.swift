// SPDX-License-Identifier: Apache-2.0

/// A server that is down, and the time until every client that takes turns ejects it.
enum HardDown {
    private static let down = 5.0
    /// The shortest ejection, so that all earlier failures led to the first one.
    private static let least = 2.5

    static let scenario = Scenario(
        "A server that is down is ejected after five failures",
        """
        10 servers, weightedRoundRobin with ejection, 10 clients with 100 requests a second each. After 5 s one server \
        fails every request. The results are the number of requests of one client that fail before it ejects that \
        server, and the time until it does, for the worst client.
        """
    ) {
        let well = Server(.answers(.exponential(mean: 0.020)))
        let setting = Setting(
            servers: [well.changing(to: .fails(.constant(0.001)), at: down)] + [Server](repeating: well, count: 9),
            clients: 10,
            arrivals: .open(perSecond: 1000, seconds: down + least)
        )
        let failed = Simulation.run(setting, .weightedRoundRobin).samples.filter(\.failed)
        var counts = [Int](repeating: 0, count: 10)
        for sample in failed { counts[Int(sample.client)] += 1 }
        let last = failed.map { Double($0.sentAt) / 1e9 - down }.max() ?? 0
        var findings = Findings()
        findings.goals = [
            Goal(
                13,
                "down for good, weightedRoundRobin: failures per client until ejection",
                .atMost(5),
                Double(counts.max() ?? 0),
                .plain(0)
            ),
            Goal(
                13,
                "down for good, weightedRoundRobin, 100 requests a second and client: ejected after",
                .atMost(1),
                last,
                .seconds(2)
            ),
        ]
        return findings
    }
}
