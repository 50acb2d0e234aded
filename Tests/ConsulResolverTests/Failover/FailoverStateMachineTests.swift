// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionFailover

struct FailoverStateMachineTests {
    typealias Lookup = FailoverBench.Lookup

    static let orders: [(good: Set<Int>, first: Lookup, next: Lookup)] = [
        ([0, 1, 2], Lookup(found: 0, asked: [0]), Lookup(found: 0, asked: [0])),
        ([1, 2], Lookup(found: 1, asked: [0, 1]), Lookup(found: 1, asked: [1])),
        ([2], Lookup(found: 2, asked: [0, 1, 2]), Lookup(found: 2, asked: [2])),
        ([], Lookup(found: nil, asked: [0, 1, 2]), Lookup(found: nil, asked: [0, 1, 2])),
    ]

    @Test(arguments: orders)
    func `Places are queried in order, and later the one that had endpoints`(
        good: Set<Int>,
        first: Lookup,
        next: Lookup
    ) {
        var bench = FailoverBench(targets: 3, good: good)
        #expect(bench.lookUp() == first)
        #expect(bench.lookUp() == next)
        #expect(bench.state.current == first.found)
    }

    @Test func `A place that goes down loses its callers at once`() {
        var bench = FailoverBench(good: [0, 1])
        #expect(bench.lookUp().found == 0)
        bench.good = [1]
        #expect(bench.tick() == Lookup(found: 1, asked: [0, 1]))
        #expect(bench.tick() == Lookup(found: 1, asked: [1]))
    }

    @Test(arguments: [Duration.zero, .seconds(1), .seconds(10), .seconds(600)])
    func `A place that comes back is used again when it has been good for the failback time`(failback: Duration) {
        var bench = FailoverBench(failback: failback, good: [1])
        _ = bench.tick()
        bench.good = [0, 1]
        // The first second is the one in which its recovery is noticed.
        #expect(bench.secondsUntilMoved() == 1 + Int(failback.components.seconds))
        #expect(bench.lookUp() == Lookup(found: 0, asked: [0]))
    }

    @Test func `A failure in between starts the failback time again`() {
        var bench = FailoverBench(good: [1])
        _ = bench.tick()
        for _ in 0..<20 {
            bench.good = [0, 1]
            for _ in 0..<9 { #expect(bench.tick().found == 1) }
            bench.good = [1]
            #expect(bench.tick().found == 1)
        }
        bench.good = [0, 1]
        #expect(bench.secondsUntilMoved() == 11)
    }

    @Test func `A place without a healthy alternative is used at once, however short its recovery`() {
        var bench = FailoverBench(targets: 3, good: [1])
        _ = bench.tick()
        bench.good = [0, 1]
        #expect(bench.tick().found == 1)
        bench.good = [0]
        // Place 0, which is known to be good again, comes before place 2, which was never queried.
        #expect(bench.tick() == Lookup(found: 0, asked: [1, 0]))
        #expect(bench.tick() == Lookup(found: 0, asked: [0]))
    }

    @Test func `Traffic returns step by step, to each preferred place after its own time`() {
        var bench = FailoverBench(targets: 3, good: [2])
        _ = bench.tick()
        bench.good = [1, 2]
        for _ in 0..<5 { #expect(bench.tick().found == 2) }
        bench.good = [0, 1, 2]
        #expect(bench.secondsUntilMoved() == 6)
        #expect(bench.state.current == 1)
        #expect(bench.secondsUntilMoved() == 5)
        #expect(bench.state.current == 0)
    }

    @Test func `A place that is stale for a moment keeps its callers, and one that stays stale loses them`() {
        var bench = FailoverBench(good: [0, 1])
        _ = bench.tick()
        for _ in 0..<5 {
            (bench.good, bench.stale) = ([1], [0])
            #expect(bench.lookUp() == Lookup(found: 0, asked: [0]))
            bench.pass(.milliseconds(900))
            #expect(bench.lookUp() == Lookup(found: 0, asked: [0]))
            (bench.good, bench.stale) = ([0, 1], [])
            #expect(bench.lookUp() == Lookup(found: 0, asked: [0]))
        }
        (bench.good, bench.stale) = ([1], [0])
        #expect(bench.lookUp() == Lookup(found: 0, asked: [0]))
        #expect(bench.tick() == Lookup(found: 1, asked: [1]))
        // While it is stale, traffic does not return. Having been stale does not delay the return either.
        #expect(bench.secondsUntilMoved(atMost: 100) == nil)
        (bench.good, bench.stale) = ([0, 1], [])
        #expect(bench.secondsUntilMoved() == 11)
    }

    @Test func `If all places are stale, the most preferred one is used without waiting for the others`() {
        var bench = FailoverBench()
        bench.stale = [0, 1]
        #expect(bench.lookUp() == Lookup(found: 0, asked: [0, 1]))
        for _ in 0..<10 { #expect(bench.tick() == Lookup(found: 0, asked: [0])) }
        bench.good = [1]
        _ = bench.tick()
        #expect(bench.lookUp() == Lookup(found: 1, asked: [1]))
    }

    @Test func `Preferred places are queried in the background once a second, at any rate of lookups`() {
        var bench = FailoverBench(targets: 3, good: [2])
        _ = bench.lookUp()
        #expect(bench.queryInBackground() == [])
        var counts = [0, 0, 0]
        for _ in 0..<100 {
            bench.pass(.milliseconds(100))
            _ = bench.lookUp()
            for target in bench.queryInBackground() { counts[target] += 1 }
        }
        #expect(counts == [10, 10, 0])
        bench.good = [0, 1, 2]
        _ = bench.secondsUntilMoved()
        bench.pass(.seconds(60))
        #expect(bench.queryInBackground() == [], "no place is preferred to the first")
    }

    @Test func `Silence that began before the last answer changes no state`() {
        var state = FailoverStateMachine(targets: 2, failback: .seconds(10))
        let start = Moment.now
        state.heard(.good, from: 0, askedAt: start + .seconds(1), at: start + .seconds(1))
        state.heard(.out, from: 0, askedAt: start, at: start + .seconds(2))
        state.heard(.good, from: 1, askedAt: start + .seconds(2), at: start + .seconds(2))
        #expect(state.current == 0)
        state.heard(.out, from: 0, askedAt: start + .seconds(2), at: start + .seconds(3))
        state.heard(.good, from: 1, askedAt: start + .seconds(3), at: start + .seconds(3))
        #expect(state.current == 1)
    }

    @Test func `A caller with stale endpoints does not wait for places that were down a moment ago`() {
        var bench = FailoverBench(targets: 3)
        // No state is known yet, so a query is worthwhile.
        #expect(bench.state.next(after: [0], isContent: true, at: bench.now) == 1)
        _ = bench.lookUp()
        #expect(bench.state.next(after: [0], isContent: true, at: bench.now) == nil)
        #expect(bench.state.next(after: [0], isContent: false, at: bench.now) == 1)
        // They are queried in the background instead.
        bench.pass(.seconds(1))
        #expect(bench.queryInBackground() == [0, 1, 2])
        bench.pass(FailoverTarget.memory)
        #expect(bench.state.next(after: [0], isContent: true, at: bench.now) == 1)
    }
}
