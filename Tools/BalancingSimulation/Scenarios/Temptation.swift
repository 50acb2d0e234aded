// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// One server that seems better than all others, for various reasons.
enum Temptation {
    static let scenario = Scenario(
        "No server gets more than twice its share, however good it looks",
        """
        10 servers, 1000 requests a second for 20 s from one client, without ejection. One server answers, or fails, \
        at once; the others take a second, or never answer. The share of that server is bounded by 2/10; three \
        standard deviations of 20 000 draws are allowed in addition.
        """
    ) {
        var findings = Findings()
        var table = Table(["policy", "answers at once", "fails at once", "the only one to answer"])
        for contender in [Contender.leastLoaded, .leastOutstanding, .adaptive] {
            let slow = Server(.answers(.constant(1)))
            let shares = [
                share(of: Server(.answers(.constant(0.0001))), among: slow, contender),
                share(of: Server(.fails(.constant(0.0001))), among: slow, contender),
                share(of: Server(.answers(.constant(0.0001))), among: Server(.silent), contender),
            ]
            table.add([contender.name] + shares.map { Unit.percent(1).text($0) })
            guard contender.name != Contender.leastLoaded.name else { continue }
            let deviation = (0.2 * 0.8 / 20_000).squareRoot()
            findings.goals.append(
                Goal(
                    6,
                    "tempting server, \(contender.name): largest share",
                    .atMost(0.2 + 3 * deviation),
                    shares.max() ?? 0,
                    .percent(2)
                )
            )
        }
        findings.tables = [table]
        return findings
    }

    private static func share(of server: Server, among others: Server, _ contender: Contender) -> Double {
        var contender = contender
        contender.configuration.ejection = nil
        let setting = Setting(
            servers: [server] + [Server](repeating: others, count: 9),
            arrivals: .open(perSecond: 1000, seconds: 20)
        )
        return Simulation.run(setting, contender).share(of: 0)
    }
}
