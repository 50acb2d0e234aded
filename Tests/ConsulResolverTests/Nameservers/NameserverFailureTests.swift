// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import TestSupport
import Testing

@testable import ConsulResolver

struct NameserverFailureTests {
    private let a = MemoryBench.a
    private let silence = NameserverFailure.Kind.silence(isFair: true)

    @Test func `is paused for longer and longer, up to the limit`() {
        let bench = MemoryBench()
        _ = bench.admits(a)
        var pauses: [Duration?] = []
        for _ in 0..<9 {
            bench.fail(a, .unreachable, after: .milliseconds(1))
            pauses.append(bench.untilProbe(of: a))
        }
        #expect(pauses == [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
    }

    @Test(arguments: [0, 0.25, 1])
    func `is paused for between half of that and all of it`(chance: Double) {
        let bench = MemoryBench()
        bench.chance = chance
        _ = bench.admits(a)
        bench.fail(a, .unreachable)
        #expect(bench.untilProbe(of: a) == .milliseconds(25) + .milliseconds(25) * chance)
    }

    @Test
    func `lets one through who resolves when its pause is over, and soon whatever its pause`() {
        let bench = MemoryBench()
        #expect(bench.admits(a))
        bench.fail(a, .unreachable)
        #expect(!bench.admits(a))
        bench.pass(.milliseconds(50))
        #expect(bench.admits(a))
        // The others wait for what comes of that.
        #expect(!bench.admits(a))
        for _ in 0..<10 { bench.fail(a, .unreachable, after: .milliseconds(1)) }
        bench.pass(NameserverPolicy.patience)
        #expect(bench.admits(a))
        bench.pass(NameserverPolicy.patience - .milliseconds(1))
        #expect(!bench.admits(a))
        // Whatever probes find out meanwhile.
        bench.probe(a, isAnswered: false)
        bench.pass(.milliseconds(1))
        #expect(bench.admits(a))
    }

    @Test
    func `counts as dead at once when it refuses, and only the second time when it is silent`() {
        let bench = MemoryBench()
        _ = bench.admits(a)
        bench.fail(a, silence, after: .seconds(1))
        #expect(bench.diagnostics(a)?.isFailed == false)
        #expect(bench.admits(a))
        // It is looked after without delay.
        #expect(bench.untilProbe(of: a) == .zero)
        bench.fail(a, silence, after: .seconds(1))
        #expect(bench.diagnostics(a)?.isFailed == true)
        let other = MemoryBench()
        other.fail(a, .unreachable)
        #expect(other.diagnostics(a)?.isFailed == true)
    }

    @Test func `fails once when everything fails that was under way`() {
        let bench = MemoryBench()
        let start = bench.now
        bench.pass(.seconds(1))
        for _ in 0..<1000 { bench.fail(a, silence, since: start) }
        #expect(bench.diagnostics(a)?.isFailed == false)
        #expect(bench.diagnostics(a)?.failures == 1)
        for _ in 0..<1000 { bench.fail(a, .unreachable, since: bench.now) }
        bench.pass(.milliseconds(1))
        #expect(bench.diagnostics(a)?.isFailed == true)
    }

    @Test
    func `is not to blame for a question that it does not answer while it answers others`() {
        let bench = MemoryBench()
        for _ in 0..<10 {
            let start = bench.now
            bench.answer(a, after: .milliseconds(1))
            bench.pass(.seconds(1))
            bench.fail(a, silence, since: start)
        }
        #expect(bench.diagnostics(a)?.failures == 0)
        #expect(bench.untilProbe(of: a) == nil)
    }

    @Test func `that was not given time to answer is only looked after`() {
        let bench = MemoryBench()
        _ = bench.admits(a)
        for _ in 0..<10 { bench.fail(a, .silence(isFair: false), after: .milliseconds(20)) }
        #expect(bench.diagnostics(a)?.isFailed == false)
        #expect(bench.untilProbe(of: a) != nil)
        bench.probe(a, isAnswered: true)
        #expect(bench.untilProbe(of: a) == nil)
    }

    @Test
    func `is dead when a probe has told so, and trusted again after as many answers as it takes to halve its failures`() {
        let bench = MemoryBench()
        _ = bench.admits(a)
        bench.fail(a, silence, after: .seconds(1))
        for _ in 0..<6 {
            bench.pass(bench.untilProbe(of: a) ?? .zero)
            bench.probe(a, isAnswered: false)
            #expect(bench.diagnostics(a)?.isFailed == true)
        }
        var answers = 0
        while let pause = bench.untilProbe(of: a), answers < 10 {
            bench.pass(pause)
            bench.probe(a, isAnswered: true)
            answers += 1
            #expect(bench.admits(a))
            #expect(bench.diagnostics(a)?.isFailed == false)
        }
        #expect(answers == 3)
        #expect(bench.order(a, MemoryBench.b) == [1, 2])
    }

    @Test
    func `is forgotten to have failed after three minutes in which nobody asked`() {
        let bench = MemoryBench()
        for _ in 0..<8 { bench.fail(a, .unreachable, after: .milliseconds(1)) }
        bench.pass(.seconds(180))
        #expect(bench.order(a, MemoryBench.b) == [1, 2])
        #expect(bench.admits(a))
        bench.fail(a, .unreachable)
        #expect(bench.untilProbe(of: a) == .milliseconds(50))
    }

    @Test
    func `is not looked after when nobody has resolved anything for a minute`() {
        let bench = MemoryBench()
        bench.fail(a, .unreachable)
        #expect(bench.untilProbe(of: a) == nil)
        _ = bench.admits(a)
        #expect(bench.untilProbe(of: a) != nil)
        bench.pass(.seconds(60))
        #expect(bench.untilProbe(of: a) == nil)
    }

    @Test
    func `over UDP alone is asked over TCP first for a minute, unless a datagram comes through`() {
        let bench = MemoryBench()
        let start = bench.now
        bench.pass(.seconds(1))
        bench.answer(a, after: .milliseconds(1), .tcp)
        bench.memory.lostDatagrams(to: a, since: start, at: bench.now)
        #expect(bench.memory.asksStreamsFirst(of: a, at: bench.now))
        bench.pass(.seconds(59))
        #expect(bench.memory.asksStreamsFirst(of: a, at: bench.now))
        bench.pass(.seconds(1))
        #expect(!bench.memory.asksStreamsFirst(of: a, at: bench.now))
        bench.memory.lostDatagrams(to: a, since: bench.now, at: bench.now)
        bench.answer(a, after: .milliseconds(1), .udp)
        #expect(!bench.memory.asksStreamsFirst(of: a, at: bench.now))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `or not: whatever happens, the numbers stay within their bounds`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let servers = [MemoryBench.a, MemoryBench.b, MemoryBench.c]
        let bench = MemoryBench()
        for _ in 0..<400 {
            let server = servers[Int.random(in: 0..<3, using: &generator)]
            bench.chance = .random(in: 0..<1, using: &generator)
            let elapsed = Duration.milliseconds(Int.random(in: 0...2000, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bench.answer(server, after: elapsed)
            case 1: bench.fail(server, .unreachable, after: elapsed)
            case 2: bench.fail(server, .silence(isFair: elapsed > .milliseconds(100)), after: elapsed)
            case 3: bench.memory.outpaced(server, since: bench.now - elapsed, at: bench.now)
            case 4: bench.probe(server, isAnswered: generator.happens(0.5))
            case 5: _ = bench.memory.admit(server, at: bench.now)
            default: bench.pass(elapsed * Int.random(in: 0...100, using: &generator))
            }
            let (a, b, c) = (servers[0], servers[1], servers[2])
            let order = bench.order(a, b, c)
            #expect(order.sorted() == [1, 2, 3])
            for server in servers {
                #expect((bench.untilProbe(of: server) ?? .zero) <= .seconds(5))
                #expect(NameserverPolicy().hedging.contains(bench.memory.hedgeDelay(of: server)))
                // Who counts as dead comes behind everybody in whom there is no doubt.
                let isFailed = bench.diagnostics(server)?.isFailed ?? false
                let behind = order.drop { $0 != server.port }.dropFirst()
                let doubted = servers.filter(bench.isDoubted)
                #expect(!isFailed || behind.allSatisfy { port in doubted.contains { $0.port == port } })
                // Whatever has happened, who asks again and again is let through soon.
                var later = bench.memory
                let isAdmitted = later.admit(server, at: bench.now + NameserverPolicy.patience)
                #expect(isAdmitted)
            }
        }
    }
}
