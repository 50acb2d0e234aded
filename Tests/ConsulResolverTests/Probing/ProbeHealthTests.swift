// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver

struct ProbeHealthTests {
    /// Results and the verdicts after each, with rise 2 and fall 3: `+` and `-`, `u`, `d` and `?` for none.
    @Test(
        arguments: [
            ("+", "u"),  // agrees with what Consul said
            ("--", "??"),  // does not outweigh it yet
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
    func `changes with the last of enough results in a row`(results: String, verdicts: String) {
        var health = ProbeHealth()
        let seen = results.map { result -> Character in
            health.take(result == "+", thresholds: .init(rise: 2, fall: 3))
            return health.verdict.map { $0 == .up ? "u" : "d" } ?? "?"
        }
        #expect(String(seen) == verdicts)
    }

    @Test func `follows every result when thresholds are 1`() {
        var health = ProbeHealth()
        for succeeded in [false, true, false, false, true, true] {
            health.take(succeeded, thresholds: .init(rise: 1, fall: 1))
            #expect(health.verdict == (succeeded ? .up : .down))
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `never changes before enough results in a row have been against it`(seed: UInt64) {
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
            health.take(result, thresholds: thresholds)
            if result {
                #expect(health.verdict == (before != .down || run.length >= thresholds.rise ? .up : .down))
            } else {
                #expect(health.verdict == (run.length >= thresholds.fall ? .down : before))
            }
        }
    }

    @Test func `is forgotten with the endpoint, and kept with it`() {
        let (first, second) = (HostPort(loopback: 1), HostPort(loopback: 2))
        var records = ProbeRecords(thresholds: .init(rise: 1, fall: 2))
        records.take(true, of: first)
        records.take(false, of: second)
        #expect(records.verdicts == [first: .up])
        records.keep([second])
        #expect(records.verdicts.isEmpty)
        records.take(false, of: second)
        #expect(records.verdicts == [second: .down])
        records.keep([first, second])
        #expect(records.verdicts == [second: .down])
    }
}

extension HostPort {
    init(loopback port: UInt16) { self.init(host: .address(.v4(.loopback)), port: port) }
}
