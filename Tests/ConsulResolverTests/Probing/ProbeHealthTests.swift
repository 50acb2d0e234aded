// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import EndpointProbing

struct ProbeHealthTests {
    /// Results and the verdict after each, with rise 2 and fall 3: `+` and `-` for results, `u`, `d` and `?` for up,
    /// down and no verdict.
    @Test(
        arguments: [
            ("+", "u"),  // agrees with Consul
            ("--", "??"),  // too few to outweigh Consul
            ("---", "??d"),
            ("--+--", "??uuu"),
            ("+--+--", "uuuuuu"),
            ("+---", "uuud"),
            ("---+-+-+", "??dddddd"),
            ("---++", "??ddu"),
            ("---++--", "??dduuu"),
            ("---++---", "??dduuud"),
            ("---+---++", "??ddddddu"),
        ]
    )
    func `A verdict changes with the last of enough equal results`(results: String, verdicts: String) {
        var health = ProbeHealth()
        let seen = results.map { result -> Character in
            health.apply(result == "+", thresholds: .init(rise: 2, fall: 3))
            return health.verdict.map { $0 == .up ? "u" : "d" } ?? "?"
        }
        #expect(String(seen) == verdicts)
    }

    @Test func `A verdict follows every result when the thresholds are 1`() {
        var health = ProbeHealth()
        for succeeded in [false, true, false, false, true, true] {
            health.apply(succeeded, thresholds: .init(rise: 1, fall: 1))
            #expect(health.verdict == (succeeded ? .up : .down))
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `A verdict does not change before enough equal results against it`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let thresholds = ProbeHealth.Thresholds(
            rise: .random(in: 1...5, using: &generator),
            fall: .random(in: 1...5, using: &generator)
        )
        var health = ProbeHealth()
        var run: (result: Bool, length: Int) = (true, 0)
        for _ in 0..<500 {
            let before = health.verdict
            let result = generator.happens(0.5)
            run = result == run.result ? (result, run.length + 1) : (result, 1)
            health.apply(result, thresholds: thresholds)
            if result {
                #expect(health.verdict == (before != .down || run.length >= thresholds.rise ? .up : .down))
            } else {
                #expect(health.verdict == (run.length >= thresholds.fall ? .down : before))
            }
        }
    }

    @Test func `A verdict is dropped with its endpoint, and kept with it`() {
        let (first, second) = (HostPort(loopback: 1), HostPort(loopback: 2))
        var records = ProbeRecords(thresholds: .init(rise: 1, fall: 2))
        records.apply(true, of: first)
        records.apply(false, of: second)
        #expect(records.verdicts == [first: .up])
        records.keep([second])
        #expect(records.verdicts.isEmpty)
        records.apply(false, of: second)
        #expect(records.verdicts == [second: .down])
        records.keep([first, second])
        #expect(records.verdicts == [second: .down])
    }
}

extension HostPort {
    init(loopback port: UInt16) { self.init(host: .address(.v4(.loopback)), port: port) }
}
