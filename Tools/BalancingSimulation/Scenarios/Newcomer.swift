// SPDX-License-Identifier: Apache-2.0

/// An eleventh server joins ten.
enum Newcomer {
    private static let runs = 12
    private static let joined = 3.0

    static let scenario = Scenario(
        "A new server gets its fair share at once, no more and no less",
        """
        10 servers that answer after 20 ms on average (exponentially distributed), one client with 1000 requests a \
        second. After 3 s an eleventh server is added; its fair share is 9.1 %. The figures cover all requests of 12 \
        runs.
        """
    ) {
        var findings = Findings()
        var table = Table(["policy", "first 100 ms", "first second"])
        for contender in [Contender.leastLoaded, .leastOutstanding, .adaptive] {
            let shares = shares(contender)
            table.add([contender.name] + shares.map { Unit.percent(1).text($0) })
            guard contender.name == Contender.adaptive.name else { continue }
            findings.goals = zip(["100 ms", "second"], shares).map { span, share in
                Goal(15, "new server, adaptive: share in the first \(span)", .within(0.07...0.12), share, .percent(1))
            }
        }
        findings.tables = [table]
        return findings
    }

    private static func shares(_ contender: Contender) -> [Double] {
        var (own, all) = ([0, 0], [0, 0])
        for seed in 1...runs {
            let setting = Setting(
                servers: [Server](repeating: Server(.answers(.exponential(mean: 0.020))), count: 11),
                arrivals: .open(perSecond: 1000, seconds: joined + 1),
                listings: [Listing(time: 0, servers: 0..<10), Listing(time: joined, servers: 0..<11)],
                seed: UInt64(seed)
            )
            let run = Simulation.run(setting, contender)
            for (index, span) in [0.1, 1.0].enumerated() {
                let counts = run.sent(joined..<joined + span).counts(servers: 11)
                own[index] += counts[10]
                all[index] += counts.reduce(0, +)
            }
        }
        return zip(own, all).map { Double($0) / Double(max($1, 1)) }
    }
}
