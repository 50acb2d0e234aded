// SPDX-License-Identifier: Apache-2.0

/// The demonstration of the tower crate: ten servers from 1 ms to 1 s.
enum UnlikeServers {
    /// The longest time of each server; all times up to it are equally likely.
    private static let longest = [0.001, 0.005, 0.010, 0.010, 0.010, 0.100, 0.100, 0.100, 0.500, 1.000]

    static let scenario = Scenario(
        "Among very unequal servers, the fast ones do the work",
        """
        The setting of the demonstration of tower's balancers: 10 servers that take up to 1, 5, 10, 10, 10, 100, 100, \
        100, 500 and 1000 ms (uniformly distributed), any number of requests at once; 500 requests outstanding at any \
        time, 100 000 in all, from one client.
        """,
        lesson: """
            These servers have no capacity limit, so sending all requests to the fastest one is best, as the full scan \
            does. A choice between two never gives one server more than a fifth of all requests. That costs time here, \
            and saves the service when a server only seems to be fast.
            """
    ) {
        var findings = Findings()
        var table = Table(["policy", "p50", "p99", "p99.9", "all done after"])
        for contender in [Contender.roundRobin, .leastLoaded, .leastOutstanding, .adaptive] {
            let run = Simulation.run(setting, contender)
            let (tail, extreme) = (run.percentile(0.99), run.percentile(0.999))
            table.add([
                contender.name, Unit.milliseconds(0).text(run.percentile(0.5)), Unit.milliseconds(0).text(tail),
                Unit.milliseconds(0).text(extreme), Unit.seconds(2).text(run.end),
            ])
            guard contender.name == Contender.adaptive.name else { continue }
            findings.goals = [
                Goal(8, "unlike servers, adaptive: p99", .atMost(0.338), tail, .milliseconds(0), missed: miss(0.361)),
                Goal(
                    8,
                    "unlike servers, adaptive: p99.9",
                    .atMost(0.819),
                    extreme,
                    .milliseconds(0),
                    missed: miss(0.877)
                ),
                Goal(
                    8,
                    "unlike servers, adaptive: all done after",
                    .atMost(4.76),
                    run.end,
                    .seconds(2),
                    missed: miss(5.09)
                ),
            ]
        }
        findings.tables = [table]
        return findings
    }

    private static func miss(_ reached: Double) -> Goal.Miss {
        Goal.Miss(
            reached: reached,
            because: """
                The goals for unlike servers are those of a plain Peak EWMA without any other purpose. `adaptive` \
                prefers another server only if its latency is at most half: this hysteresis keeps the distribution \
                over equal servers even, and weights exact. With a hysteresis of 0.25 its 99th percentile is 339 ms.
                """
        )
    }

    private static var setting: Setting {
        Setting(
            servers: longest.map { Server(.answers(.uniform(below: $0))) },
            arrivals: .closed(inFlight: 500, requests: 100_000)
        )
    }
}
