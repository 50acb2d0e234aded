// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `The interval of exploration` {
    @Test func `The exploration interval doubles up to a minute, and restarts after a quick response`() {
        var interval = ExplorationInterval(chance: 0.5)
        var seconds = [interval.nanoseconds / 1_000_000_000]
        for step in 0..<5 {
            if step.isMultiple(of: 2) {
                interval.failed(chance: 0.5)
            } else {
                interval.succeeded(isFast: false, chance: 0.5)
            }
            seconds.append(interval.nanoseconds / 1_000_000_000)
        }
        #expect(seconds == [5, 10, 20, 40, 60, 60])
        interval.succeeded(isFast: true, chance: 0.5)
        #expect(interval.nanoseconds == 5_000_000_000)
    }

    @Test func `The exploration interval is spread by a fifth in both directions`() {
        #expect(ExplorationInterval(chance: 0).nanoseconds == 4_000_000_000)
        #expect(ExplorationInterval(chance: 1).nanoseconds == 6_000_000_000)
        #expect(ExplorationInterval(chance: .nan).nanoseconds == 4_000_000_000)
        #expect(ExplorationInterval(chance: .infinity).nanoseconds == 6_000_000_000)
    }

    @Test func `The exploration interval ends after its time has passed, and not when the clock went back`() {
        let counters = EndpointCounters(spreadsLeases: false)
        counters.publish(explorationInterval: ExplorationInterval(chance: 0.5).nanoseconds)
        var answers = [counters.wantsExploration(at: Moment(nanoseconds: .max))]
        counters.begin(at: .seconds(10), in: 0)
        answers.append(counters.wantsExploration(at: .seconds(15.1)))
        _ = counters.leases.end(in: 0)
        for moment in [.seconds(15), .seconds(15.1), .seconds(-10), Moment(nanoseconds: .max)] as [Moment] {
            answers.append(counters.wantsExploration(at: moment))
        }
        // An unused endpoint has no latency, and an endpoint in use needs no exploration.
        #expect(answers == [false, false, false, true, false, true])
    }
}
