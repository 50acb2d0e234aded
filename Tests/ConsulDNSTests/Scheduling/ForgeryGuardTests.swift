// SPDX-License-Identifier: Apache-2.0

import DNSWire
import ResolverSupport
import Testing

@testable import ConsulDNS

struct ForgeryGuardTests {
    private func bench(window: Int = 64, limit: Int = 8) -> SchedulerBench {
        SchedulerBench {
            $0.window = window
            $0.connectionLimit = limit
            $0.forgeryGuard = ForgeryGuard(
                queriesPerSocket: 3,
                socketAge: 10_000_000_000,
                strayLimit: 8,
                maximumMoves: 2
            )
        }
    }

    @Test
    func `A guarded scheduler replaces a socket by its number of queries, and keeps the old one for pending ones`() {
        var bench = bench()
        for (number, name) in ["a", "b", "c", "d"].enumerated() { bench.ask(DomainName(stringLiteral: name), number) }
        #expect(bench.sentOver == [0, 0, 0, 1])
        #expect(bench.closed.isEmpty)
        bench.complete(0, .answered([0]))
        bench.complete(1, .answered([1]))
        #expect(bench.closed.isEmpty)
        bench.complete(2, .answered([2]))
        #expect(bench.closed.map(\.number) == [0])
        #expect(bench.outcomes.count == 3)
    }

    @Test func `A guarded scheduler replaces a socket by its age`() {
        var bench = bench()
        bench.ask("a", 0)
        bench.complete(0, .answered([0]))
        bench.pass(.seconds(10))
        bench.ask("b", 1)
        #expect(bench.sentOver == [0, 1])
        #expect(bench.closed.map(\.number) == [0])
    }

    @Test
    func `A guarded scheduler at its socket limit keeps the last one until another can be closed`() {
        var bench = bench(limit: 2)
        for number in 0..<8 { bench.ask(DomainName(stringLiteral: "s\(number)"), number) }
        #expect(bench.sentOver == [0, 0, 0, 1, 1, 1, 1, 1])
        for index in 0..<3 { bench.complete(index, .answered([1])) }
        bench.ask("s8", 8)
        #expect(bench.sentOver.last == 2)
        #expect(bench.closed.map(\.number) == [0])
        #expect(bench.sent.count == 9)
    }

    @Test
    func `A guarded scheduler moves queries after too many wrong answers, and finally fails them`() {
        var bench = bench()
        bench.ask("a", 0)
        bench.ask("b", 1)
        bench.spoil(0)
        #expect(bench.sentNames == ["a.", "b.", "a.", "b."])
        #expect(bench.sentOver == [0, 0, 1, 1])
        bench.complete(3, .answered([1]))
        bench.spoil(2)
        #expect(bench.sentOver == [0, 0, 1, 1, 2])
        #expect(bench.outcomes == [1: .answer(1)])
        bench.spoil(4)
        #expect(bench.outcomes[0] == .failure(.suspectedForgery))
        #expect(bench.closed.map(\.number) == [0, 1, 2])
        #expect(bench.scheduler.isIdle)
    }

    @Test func `A guarded scheduler ignores a socket that it has abandoned`() {
        var bench = bench()
        bench.ask("a", 0)
        bench.spoil(0)
        bench.complete(0, .answered([66]))
        #expect(bench.outcomes.isEmpty)
    }

    @Test
    func `A guarded scheduler sends a query again, unmixed and over another socket, after a change of case`() {
        var bench = bench()
        bench.ask("a", 0)
        bench.ask("b", 1)
        bench.complete(0, .caseChanged)
        #expect(bench.sent.map(\.mixesCase) == [true, true, false])
        #expect(bench.sentOver == [0, 0, 1])
        // The other query may still be answered on the first socket.
        bench.complete(1, .answered([1]))
        bench.complete(2, .answered([0]))
        #expect(bench.outcomes == [0: .answer(0), 1: .answer(1)])
        #expect(bench.scheduler.isIdle)
        #expect(bench.closed.map(\.number) == [0])
    }

    @Test func `An unguarded scheduler does not send random case`() {
        var bench = SchedulerBench()
        bench.ask("a", 0)
        #expect(!bench.sent[0].mixesCase)
        bench.spoil(0)
        #expect(bench.closed.isEmpty)
    }
}

struct CaseKeepingTests {
    private func mixes(_ keeping: CaseKeeping, at now: Moment) -> Bool {
        var keeping = keeping
        return keeping.mixesCase(at: now)
    }

    @Test
    func `Three answers in another case turn random case off for ten minutes`() {
        var keeping = CaseKeeping()
        for _ in 0..<2 { keeping.lostCase(at: 0) }
        #expect(mixes(keeping, at: 0))
        keeping.lostCase(at: 0)
        #expect(!mixes(keeping, at: 0))
        #expect(!mixes(keeping, at: 599_999_999_999))
        let mixesAgain = keeping.mixesCase(at: 600_000_000_000)
        #expect(mixesAgain)
        keeping.lostCase(at: 600_000_000_000)
        #expect(mixes(keeping, at: 600_000_000_000))
    }

    @Test func `An answer in the right case resets the count of changed ones`() {
        var keeping = CaseKeeping()
        for _ in 0..<10 {
            for _ in 0..<2 { keeping.lostCase(at: 0) }
            keeping.keptCase()
        }
        #expect(mixes(keeping, at: 0))
    }
}
