// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver

struct FailoverStateTests {
    typealias Lookup = FailoverBench.Lookup

    static let orders: [(good: Set<Int>, first: Lookup, next: Lookup)] = [
        ([0, 1, 2], Lookup(found: 0, asked: [0]), Lookup(found: 0, asked: [0])),
        ([1, 2], Lookup(found: 1, asked: [0, 1]), Lookup(found: 1, asked: [1])),
        ([2], Lookup(found: 2, asked: [0, 1, 2]), Lookup(found: 2, asked: [2])),
        ([], Lookup(found: nil, asked: [0, 1, 2]), Lookup(found: nil, asked: [0, 1, 2])),
    ]

    @Test(arguments: orders)
    func `Places are asked in order, and from then on the one that had something`(
        good: Set<Int>,
        first: Lookup,
        next: Lookup
    ) {
        var bench = FailoverBench(places: 3, good: good)
        #expect(bench.lookUp() == first)
        #expect(bench.lookUp() == next)
        #expect(bench.state.current == first.found)
    }

    @Test func `A place that is lost loses its callers at once`() {
        var bench = FailoverBench(good: [0, 1])
        #expect(bench.lookUp().found == 0)
        bench.good = [1]
        #expect(bench.tick() == Lookup(found: 1, asked: [0, 1]))
        #expect(bench.tick() == Lookup(found: 1, asked: [1]))
    }

    @Test(arguments: [Duration.zero, .seconds(1), .seconds(10), .seconds(600)])
    func `A place that comes back gets its callers when it has been good for as long as configured`(failback: Duration)
    {
        var bench = FailoverBench(failback: failback, good: [1])
        _ = bench.tick()
        bench.good = [0, 1]
        // The first second is that in which it is heard to be back.
        #expect(bench.secondsUntilMoved() == 1 + Int(failback.components.seconds))
        #expect(bench.lookUp() == Lookup(found: 0, asked: [0]))
    }

    @Test func `A wait begins anew when the place was out in between`() {
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

    @Test func `Whoever has nobody to yield to is used at once, good or not for long`() {
        var bench = FailoverBench(places: 3, good: [1])
        _ = bench.tick()
        bench.good = [0, 1]
        #expect(bench.tick().found == 1)
        bench.good = [0]
        // The last was never asked about for long enough to be worth less than what is known to be good again.
        #expect(bench.tick() == Lookup(found: 0, asked: [1, 0]))
        #expect(bench.tick() == Lookup(found: 0, asked: [0]))
    }

    @Test func `Traffic goes back step by step, each preferred place by its own time`() {
        var bench = FailoverBench(places: 3, good: [2])
        _ = bench.tick()
        bench.good = [1, 2]
        for _ in 0..<5 { #expect(bench.tick().found == 2) }
        bench.good = [0, 1, 2]
        #expect(bench.secondsUntilMoved() == 6)
        #expect(bench.state.current == 1)
        #expect(bench.secondsUntilMoved() == 5)
        #expect(bench.state.current == 0)
    }

    @Test func `A place that is stale for a moment keeps its callers, and one that stays so loses them`() {
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
        // It is not given back to while it is stale, and not for having been so.
        #expect(bench.secondsUntilMoved(atMost: 100) == nil)
        (bench.good, bench.stale) = ([0, 1], [])
        #expect(bench.secondsUntilMoved() == 11)
    }

    @Test func `Where all are stale, the most preferred is given, and the others are not waited for`() {
        var bench = FailoverBench()
        bench.stale = [0, 1]
        #expect(bench.lookUp() == Lookup(found: 0, asked: [0, 1]))
        for _ in 0..<10 { #expect(bench.tick() == Lookup(found: 0, asked: [0])) }
        bench.good = [1]
        _ = bench.tick()
        #expect(bench.lookUp() == Lookup(found: 1, asked: [1]))
    }

    @Test func `Preferred places are asked beside once a second, however often somebody looks`() {
        var bench = FailoverBench(places: 3, good: [2])
        _ = bench.lookUp()
        #expect(bench.askBeside() == [])
        var counts = [0, 0, 0]
        for _ in 0..<100 {
            bench.pass(.milliseconds(100))
            _ = bench.lookUp()
            for place in bench.askBeside() { counts[place] += 1 }
        }
        #expect(counts == [10, 10, 0])
        bench.good = [0, 1, 2]
        _ = bench.secondsUntilMoved()
        bench.pass(.seconds(60))
        #expect(bench.askBeside() == [], "nobody is preferred to the first")
    }

    @Test func `Silence that began before the last answer is no news`() {
        var state = FailoverState(places: 2, failback: .seconds(10))
        let start = ContinuousClock.now
        state.heard(.good, from: 0, askedAt: start + .seconds(1), at: start + .seconds(1))
        state.heard(.out, from: 0, askedAt: start, at: start + .seconds(2))
        state.heard(.good, from: 1, askedAt: start + .seconds(2), at: start + .seconds(2))
        #expect(state.current == 0)
        state.heard(.out, from: 0, askedAt: start + .seconds(2), at: start + .seconds(3))
        state.heard(.good, from: 1, askedAt: start + .seconds(3), at: start + .seconds(3))
        #expect(state.current == 1)
    }

    @Test func `Whoever has something to live with does not wait for places that were out a moment ago`() {
        var bench = FailoverBench(places: 3)
        // Nobody knows better yet, so it is worth asking.
        #expect(bench.state.next(after: [0], isContent: true, at: bench.now) == 1)
        _ = bench.lookUp()
        #expect(bench.state.next(after: [0], isContent: true, at: bench.now) == nil)
        #expect(bench.state.next(after: [0], isContent: false, at: bench.now) == 1)
        // They are asked beside instead.
        bench.pass(.seconds(1))
        #expect(bench.askBeside() == [0, 1, 2])
        bench.pass(FailoverPlace.memory)
        #expect(bench.state.next(after: [0], isContent: true, at: bench.now) == 1)
    }
}
