// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSources

struct NameserverOrderTests {
    private let a = MemoryBench.a
    private let b = MemoryBench.b
    private let c = MemoryBench.c

    @Test func `The order of nameservers is the configured one at first`() {
        let bench = MemoryBench()
        #expect(bench.order(a, b, c) == [1, 2, 3])
        #expect(bench.order(c, a, b) == [3, 1, 2])
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `The order of nameservers does not follow noise in their round-trip times`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bench = MemoryBench()
        for _ in 0..<500 {
            bench.answer(a, after: .microseconds(Int.random(in: 300...15_000, using: &generator)))
            bench.answer(b, after: .microseconds(Int.random(in: 200...2000, using: &generator)))
            #expect(bench.order(a, b) == [1, 2])
        }
    }

    @Test func `The order of nameservers does not change after a single slow answer`() {
        let bench = MemoryBench()
        for _ in 0..<20 { for server in [a, b] { bench.answer(server) } }
        bench.answer(a, after: .milliseconds(120))
        #expect(bench.order(a, b) == [1, 2])
    }

    @Test
    func `The order of nameservers puts a much slower one back until it is clearly as good`() {
        let bench = MemoryBench()
        for _ in 0..<20 {
            bench.answer(a, after: .milliseconds(200))
            bench.answer(b)
        }
        #expect(bench.order(a, b, c) == [2, 3, 1])
        var turns = 0
        var last: [UInt16] = [2, 1]
        // On its way back, its time passes through the range in which the order does not change.
        for _ in 0..<200 {
            bench.answer(a, after: .milliseconds(5))
            bench.answer(b)
            let order = bench.order(a, b)
            if order != last { turns += 1 }
            last = order
        }
        #expect(last == [1, 2] && turns == 1)
    }

    @Test func `The order of nameservers gives a slow one another chance after three minutes`() {
        let bench = MemoryBench()
        for _ in 0..<20 {
            bench.answer(a, after: .milliseconds(200))
            bench.answer(b)
        }
        bench.pass(.seconds(60))
        bench.answer(b)
        #expect(bench.order(a, b) == [2, 1])
        bench.pass(.seconds(120))
        bench.answer(b)
        #expect(bench.order(a, b) == [1, 2])
        // Its round-trip time is kept, but does not count for the order.
        bench.answer(a, after: .milliseconds(200))
        #expect(bench.order(a, b) == [2, 1])
    }

    @Test func `The order of nameservers puts dead ones last, those with fewer failures first`() {
        let bench = MemoryBench()
        for _ in 0..<3 { bench.fail(a, .unreachable, after: .milliseconds(1)) }
        bench.fail(b, .unreachable)
        #expect(bench.order(a, b, c) == [3, 2, 1])
        bench.answer(b)
        #expect(bench.order(a, b, c) == [2, 3, 1])
    }

    @Test
    func `The order of nameservers puts one that was outpaced behind, until it answers`() {
        let bench = MemoryBench()
        let start = bench.now
        bench.pass(.milliseconds(100))
        bench.memory.outpaced(a, since: start, at: bench.now)
        #expect(bench.order(a, b) == [2, 1])
        #expect(bench.diagnostics(a)?.isFailed == false)
        #expect(bench.diagnostics(a)?.failures == 0)
        bench.answer(a)
        #expect(bench.order(a, b) == [1, 2])
    }

    @Test
    func `The order of nameservers ignores a canceled query in time, and one before an answer`() {
        let bench = MemoryBench()
        let start = bench.now
        bench.pass(.milliseconds(99))
        bench.memory.outpaced(a, since: start, at: bench.now)
        #expect(bench.order(a, b) == [1, 2])
        bench.answer(a, after: .milliseconds(1))
        bench.pass(.seconds(1))
        bench.memory.outpaced(a, since: start, at: bench.now)
        #expect(bench.order(a, b) == [1, 2])
    }

    @Test
    func `The hedge delay is the usual time of the first nameserver, within bounds`() {
        let bench = MemoryBench()
        #expect(bench.memory.hedgeDelay(of: a) == .milliseconds(100))
        for _ in 0..<100 { bench.answer(a, after: .microseconds(200)) }
        #expect(bench.memory.hedgeDelay(of: a) == .milliseconds(10))
        for _ in 0..<200 { bench.answer(b, after: .milliseconds(40)) }
        #expect(
            bench.memory.hedgeDelay(of: b) > .milliseconds(39) && bench.memory.hedgeDelay(of: b) < .milliseconds(45)
        )
        for _ in 0..<20 { bench.answer(c, after: .milliseconds(300)) }
        #expect(bench.memory.hedgeDelay(of: c) == .milliseconds(100))
    }

    @Test
    func `The nameserver memory stays within its capacity, and drops the server heard from least recently`() {
        let bench = MemoryBench()
        bench.memory = NameserverPoolStateMachine(capacity: 2)
        for server in [a, b, c] { bench.fail(server, .unreachable, after: .milliseconds(1)) }
        #expect(bench.memory.diagnostics(at: bench.now).map(\.server.port) == [2, 3])
    }
}
