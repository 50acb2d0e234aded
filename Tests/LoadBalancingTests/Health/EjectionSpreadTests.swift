// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

/// Ejections by many clients together.
@Suite struct `Ejections by many` {
    @Test func `Ejections by many clients end spread over half of their duration`() throws {
        var generator = SeededGenerator(seed: 4)
        let ends = (0..<1_000).map { _ in
            var ejection = Ejection(EjectionRules(EjectionPolicy()))
            let until = ejection.eject(at: .seconds(0), chance: .random(in: 0..<1, using: &generator))
            return Double((until ?? .seconds(0)).nanoseconds) / 1e9
        }
        let (first, last) = (try #require(ends.min()), try #require(ends.max()))
        #expect(first >= 2.5 && first < 2.52)
        #expect(last <= 5 && last > 4.98)
        // Evenly: no tenth of that time has more than its share.
        let tenths = Dictionary(grouping: ends) { Int(($0 - 2.5) / 0.25) }
        #expect(tenths.count == 10 && tenths.values.allSatisfy { (70...130).contains($0.count) })
    }

    /// A rule that compares endpoints with each other would always find a worst one.
    @Test(arguments: [0, 100, 10, 6])
    func `Equal endpoints that fail now and then are not ejected`(failingEvery period: Int) {
        var endpoints = Array(repeating: Ejection(EjectionRules(EjectionPolicy())), count: 20)
        var asked = 0
        for tick in 0..<2_000 {
            let now = Moment.seconds(Double(tick) / 20)
            for index in endpoints.indices {
                let fails = period > 0 && (tick + index) % period == 0
                let outcome = fails ? Outcome.failure(.server) : .success
                if endpoints[index].observe(outcome, life: endpoints[index].life, at: now) != .nothing { asked += 1 }
            }
        }
        #expect(asked == 0)
    }

    @Test(arguments: [1, 2, 3, 10])
    func `Ejections leave half of the endpoints, and at least one, when all of them fail`(count: Int) {
        let quota = EjectionQuota(EjectionPolicy())
        var endpoints = Array(repeating: Ejection(EjectionRules(EjectionPolicy())), count: count)
        for tick in 0..<100 {
            let now = Moment.seconds(Double(tick) / 100)
            for index in endpoints.indices {
                let ejected = endpoints.count { $0.isEjected }
                guard
                    case .wantsEjection = endpoints[index].observe(
                        .failure(.connect),
                        life: endpoints[index].life,
                        at: now
                    ),
                    quota.allowsOneMore(listed: count, ejected: ejected)
                else { continue }
                _ = endpoints[index].eject(at: now, chance: 0.9)
            }
        }
        #expect(endpoints.count { $0.isEjected } == (count == 1 ? 0 : max(1, count / 2)))
    }
}
