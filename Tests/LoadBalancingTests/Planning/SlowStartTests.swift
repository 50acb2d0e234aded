// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import LoadBalancing

struct SlowStartTests {
    private let rule = SlowStart(window: .seconds(100))

    private func factor(_ rule: SlowStart, after seconds: Int64) -> Double {
        rule.factor(joinedAt: .seconds(1000), at: .seconds(Double(1000 + seconds)))
    }

    @Test func `A share grows evenly from a tenth to the whole`() {
        #expect([0, 5, 10, 50, 99, 100, 500].map { factor(rule, after: $0) } == [0.1, 0.1, 0.1, 0.5, 0.99, 1, 1])
    }

    @Test func `A share grows faster at first with more aggression`() {
        let eager = SlowStart(window: .seconds(100), aggression: 2)
        #expect(factor(eager, after: 25) == 0.5)
        #expect(factor(SlowStart(window: .seconds(100), aggression: 0.5), after: 50) == 0.25)
    }

    @Test func `An endpoint from the beginning never starts slowly`() {
        #expect(rule.factor(joinedAt: nil, at: .seconds(0)) == 1)
        #expect(rule.nextChange(joinedAt: nil, at: .seconds(0)) == nil)
    }

    @Test func `A share changes in steps of a tenth of the window until the window is over`() {
        #expect(rule.nextChange(joinedAt: .seconds(1000), at: .seconds(1000)) == .seconds(1010))
        #expect(rule.nextChange(joinedAt: .seconds(1000), at: .seconds(1099)) == .seconds(1109))
        #expect(rule.nextChange(joinedAt: .seconds(1000), at: .seconds(1100)) == nil)
    }

    @Test func `A clock that runs backwards restarts a slow start without other effects`() {
        #expect(factor(rule, after: -500) == 0.1)
        #expect(rule.nextChange(joinedAt: .seconds(1000), at: .seconds(500)) == .seconds(510))
        #expect(rule.factor(joinedAt: Moment(nanoseconds: .max), at: Moment(nanoseconds: .min)) == 0.1)
        #expect(rule.factor(joinedAt: Moment(nanoseconds: .min), at: Moment(nanoseconds: .max)) == 1)
    }

    @Test func `A window of length zero turns slow start off`() {
        for window in [Duration.zero, .seconds(-1)] {
            #expect(factor(SlowStart(window: window), after: 0) == 1)
            #expect(SlowStart(window: window).nextChange(joinedAt: .seconds(1), at: .seconds(1)) == nil)
        }
    }

    @Test func `The shortest window still leaves some time between two plans`() throws {
        let next = SlowStart(window: .nanoseconds(5)).nextChange(joinedAt: .seconds(1), at: .seconds(1))
        #expect(next == .seconds(1) + .milliseconds(1))
    }

    @Test(arguments: [Double.nan, -.infinity, -1, 0, 1e-300, 2, .infinity])
    func `A factor is between 0 and 1, whatever the settings`(value: Double) {
        let rule = SlowStart(window: .seconds(100), minimumShare: value, aggression: value)
        for seconds: Int64 in [-1, 0, 1, 50, 99, 100] {
            #expect((0...1).contains(factor(rule, after: seconds)))
        }
        #expect(rule == SlowStart(window: .seconds(100), minimumShare: value, aggression: value))
    }
}
