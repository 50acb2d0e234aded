// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// The time until a recovered server is used again.
enum Recovery {
    private static let step = 0.5

    static let scenario = Scenario(
        "A recovered server is used again soon",
        """
        10 servers that answer after 20 ms on average, adaptive. Short outages: one server fails after 1 ms, from 10 s \
        to 14 s, with 1000 requests a second. Long outages: it never answers from 10 s to 70 s, with one client and \
        200 requests a second; five runs. Active checks: the same black hole with `probesReinstate` and checks 2 s \
        apart, two of which detect after 4 s that the server is down, and after 4 s that it is up.
        """
    ) {
        var findings = Findings()
        let short = (1...5).map { shortOutage(seed: $0) }
        let long = (1...5).map { longOutage(seed: $0) }
        let checked = withChecks()
        findings.goals = [
            Goal(
                14,
                "after failing for 4 s, adaptive, 10 clients, worst of 5 runs: back at half of its share",
                .atMost(6),
                short.max() ?? 0,
                .seconds(1)
            ),
            Goal(
                14,
                "after a black hole of 60 s, adaptive, 1 client, worst of 5 runs: back at half of its share",
                .atMost(60),
                long.max() ?? 0,
                .seconds(1)
            ),
            Goal(
                14,
                "the same with active checks, 10 clients: back at half of its share",
                .atMost(4.5),
                checked,
                .seconds(1)
            ),
        ]
        var table = Table(["outage", "clients", "back after, run by run"])
        table.add(["fails for 4 s", "10", short.map { Unit.seconds(1).text($0) }.joined(separator: ", ")])
        table.add(["silent for 60 s", "1", long.map { Unit.seconds(1).text($0) }.joined(separator: ", ")])
        table.add(["silent for 60 s, active checks", "10", Unit.seconds(1).text(checked)])
        findings.tables = [table]
        return findings
    }

    /// Returns the time from which on the server has half of its fair share, in steps of half a second; `nil` if it
    /// never has.
    static func time(of server: Int, in run: Run, after start: Double, until end: Double, servers: Int) -> Double? {
        let count = Int((end - start) / step)
        var own = [Int](repeating: 0, count: count)
        var all = own
        for sample in run.samples where sample.sentAt >= nanoseconds(start) {
            let index = Int((sample.sentAt - nanoseconds(start)) / nanoseconds(step))
            guard index < count else { continue }
            all[index] &+= 1
            if sample.server == Int32(server) { own[index] &+= 1 }
        }
        let first = (0..<count).first { own[$0] * servers * 2 >= all[$0] && all[$0] > 0 }
        return first.map { Double($0 + 1) * step }
    }

    private static func shortOutage(seed: Int) -> Double {
        let well = Server(.answers(.exponential(mean: 0.020)))
        let sick = well.changing(to: .fails(.constant(0.001)), at: 10)
            .changing(to: .answers(.exponential(mean: 0.020)), at: 14)
        let setting = Setting(
            servers: [sick] + [Server](repeating: well, count: 9),
            clients: 10,
            arrivals: .open(perSecond: 1000, seconds: 26),
            seed: UInt64(seed)
        )
        let run = Simulation.run(setting, .adaptive)
        return time(of: 0, in: run, after: 14, until: 26, servers: 10) ?? .infinity
    }

    private static func longOutage(seed: Int) -> Double {
        let setting = BlackHole.setting(clients: 1, perSecond: 200, length: 140, seed: UInt64(seed))
        let run = Simulation.run(setting, .adaptive)
        return time(of: 0, in: run, after: 70, until: 140, servers: 10) ?? .infinity
    }

    private static func withChecks() -> Double {
        var contender = Contender.adaptive
        contender.configuration.probesReinstate = true
        var setting = BlackHole.setting(clients: 10, length: 90)
        setting.listings = [
            Listing(time: 0, servers: 0..<10, probes: [0: .up]),
            Listing(time: 14, servers: 0..<10, probes: [0: .down]),
            Listing(time: 74, servers: 0..<10, probes: [0: .up]),
        ]
        return time(of: 0, in: Simulation.run(setting, contender), after: 70, until: 90, servers: 10) ?? .infinity
    }
}
