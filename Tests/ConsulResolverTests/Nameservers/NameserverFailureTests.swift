// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSources

struct NameserverFailureTests {
    private let a = MemoryBench.a
    private let silence = NameserverFailure.Kind.silence(isFair: true)

    @Test func `A nameserver that keeps failing is paused longer each time, up to the limit`() {
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
    func `Jitter shortens the pause of a nameserver by up to a half`(chance: Double) {
        let bench = MemoryBench()
        bench.chance = chance
        _ = bench.admits(a)
        bench.fail(a, .unreachable)
        #expect(bench.untilProbe(of: a) == .milliseconds(25) + .milliseconds(25) * chance)
    }

    @Test
    func `One lookup may query a failed nameserver when its pause is over, and soon in any case`() {
        let bench = MemoryBench()
        #expect(bench.admits(a))
        bench.fail(a, .unreachable)
        #expect(!bench.admits(a))
        bench.pass(.milliseconds(50))
        #expect(bench.admits(a))
        // The other lookups wait for the result.
        #expect(!bench.admits(a))
        for _ in 0..<10 { bench.fail(a, .unreachable, after: .milliseconds(1)) }
        bench.pass(NameserverPolicy.patience)
        #expect(bench.admits(a))
        bench.pass(NameserverPolicy.patience - .milliseconds(1))
        #expect(!bench.admits(a))
        // The results of probes do not change that.
        bench.probe(a, isAnswered: false)
        bench.pass(.milliseconds(1))
        #expect(bench.admits(a))
    }

    @Test
    func `A nameserver counts as dead at its first refusal, and at its second silence`() {
        let bench = MemoryBench()
        _ = bench.admits(a)
        bench.fail(a, silence, after: .seconds(1))
        #expect(bench.diagnostics(a)?.isFailed == false)
        #expect(bench.admits(a))
        // A probe is due at once.
        #expect(bench.untilProbe(of: a) == .zero)
        bench.fail(a, silence, after: .seconds(1))
        #expect(bench.diagnostics(a)?.isFailed == true)
        let other = MemoryBench()
        other.fail(a, .unreachable)
        #expect(other.diagnostics(a)?.isFailed == true)
    }

    @Test func `All queries in flight that fail together count as one failure of the nameserver`() {
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
    func `A nameserver that answers other queries is not blamed for one without an answer`() {
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

    @Test func `A nameserver without enough time to answer is only probed`() {
        let bench = MemoryBench()
        _ = bench.admits(a)
        for _ in 0..<10 { bench.fail(a, .silence(isFair: false), after: .milliseconds(20)) }
        #expect(bench.diagnostics(a)?.isFailed == false)
        #expect(bench.untilProbe(of: a) != nil)
        bench.probe(a, isAnswered: true)
        #expect(bench.untilProbe(of: a) == nil)
    }

    @Test
    func `A failed probe makes a nameserver dead, and each answer halves its failures until it is trusted`() {
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
    func `Failures of a nameserver are forgotten after three minutes without a query`() {
        let bench = MemoryBench()
        for _ in 0..<8 { bench.fail(a, .unreachable, after: .milliseconds(1)) }
        bench.pass(.seconds(180))
        #expect(bench.order(a, MemoryBench.b) == [1, 2])
        #expect(bench.admits(a))
        bench.fail(a, .unreachable)
        #expect(bench.untilProbe(of: a) == .milliseconds(50))
    }

    @Test
    func `A failed nameserver is not probed after a minute without a lookup`() {
        let bench = MemoryBench()
        bench.fail(a, .unreachable)
        #expect(bench.untilProbe(of: a) == nil)
        _ = bench.admits(a)
        #expect(bench.untilProbe(of: a) != nil)
        bench.pass(.seconds(60))
        #expect(bench.untilProbe(of: a) == nil)
    }

    @Test
    func `A nameserver that lost datagrams is queried over TCP first for a minute, or until one arrives`() {
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
    func `Any sequence of events keeps the state of nameservers within its bounds`(seed: UInt64) {
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
            case 3: bench.memory.outpaced(server, since: bench.now + (.zero - elapsed), at: bench.now)
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
                // A dead server comes after all servers that are not in doubt.
                let isFailed = bench.diagnostics(server)?.isFailed ?? false
                let behind = order.drop { $0 != server.port }.dropFirst()
                let doubted = servers.filter(bench.isDoubted)
                #expect(!isFailed || behind.allSatisfy { port in doubted.contains { $0.port == port } })
                // After any history, a lookup that retries is admitted soon.
                var later = bench.memory
                let isAdmitted = later.admit(server, at: bench.now + NameserverPolicy.patience)
                #expect(isAdmitted)
            }
        }
    }
}
