// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulDNS

struct LostConnectionTests {
    private func bench(window: Int = 2) -> SchedulerBench {
        SchedulerBench {
            $0.window = window
            $0.retriesAfterLostConnection = 1
            $0.silenceLimit = 1_000_000_000
        }
    }

    @Test
    func `A lost connection makes its queries go first, and only once`() {
        var bench = bench()
        for (waiter, name) in ["a", "b", "c"].enumerated() { bench.ask(.init(stringLiteral: name), waiter) }
        bench.complete(0, .connectionFailed(systemError: 0))
        bench.complete(1, .connectionFailed(systemError: 0))
        #expect(bench.sentNames == ["a.", "b.", "a.", "b."])
        #expect(bench.outcomes.isEmpty)
        bench.complete(2, .connectionFailed(systemError: 104))
        #expect(bench.outcomes == [0: .failure(.connectionFailed(systemError: 104))])
        #expect(bench.sentNames.last == "c.")
        bench.complete(3, .answered([1]))
        bench.complete(4, .answered([2]))
        #expect(bench.scheduler.isIdle)
    }

    @Test func `A failed connection is final for datagrams`() {
        var bench = SchedulerBench()
        bench.ask("a", 0)
        bench.complete(0, .connectionFailed(systemError: 111))
        #expect(bench.outcomes == [0: .failure(.connectionFailed(systemError: 111))])
    }

    @Test func `A lost connection ends its abandoned queries`() {
        var bench = bench()
        bench.cancel(bench.ask("a", 0))
        bench.complete(0, .connectionFailed(systemError: 0))
        #expect(bench.sent.count == 1)
        #expect(bench.scheduler.isIdle)
    }

    @Test
    func `A connection that is silent for a second is replaced, and its queries are sent again`() {
        var bench = bench(window: 3)
        bench.ask("a", 0, within: .seconds(1))
        bench.ask("b", 1, within: .seconds(9))
        bench.cancel(bench.ask("c", 2, within: .seconds(9)))
        bench.pass(.seconds(1))
        #expect(bench.reconnects == 1)
        #expect(bench.sentNames == ["a.", "b.", "c.", "b."])
        #expect(bench.scheduler.abandonedCount == 0)
        #expect(bench.scheduler.windowCount == 1)
        bench.complete(3, .answered([1]))
        #expect(bench.outcomes[1] == .answer(1))
        #expect(bench.scheduler.isIdle)
    }

    @Test func `A connection is not suspected while it still brings answers`() {
        var bench = bench()
        bench.ask("slow", 0, within: .seconds(2))
        bench.pass(.milliseconds(1500))
        bench.ask("fast", 1)
        bench.complete(1, .answered([1]))
        bench.pass(.milliseconds(500))
        #expect(bench.outcomes[0] == .failure(.deadlineExceeded))
        #expect(bench.reconnects == 0)
    }

    @Test func `A connection is suspected when it falls silent after an answer`() {
        var bench = bench()
        bench.ask("a", 0)
        bench.ask("b", 1)
        bench.complete(0, .answered([1]))
        bench.pass(.seconds(5))
        #expect(bench.outcomes[1] == .failure(.deadlineExceeded))
        #expect(bench.reconnects == 1)
    }

    @Test func `A connection is not suspected before a second has passed`() {
        var bench = bench()
        bench.ask("a", 0, within: .milliseconds(999))
        bench.pass(.milliseconds(999))
        #expect(bench.outcomes[0] == .failure(.deadlineExceeded))
        #expect(bench.reconnects == 0)
    }

    @Test
    func `Short silences of impatient callers add up to a suspicion`() {
        var bench = bench()
        for waiter in 0..<4 {
            bench.ask("a", waiter, within: .milliseconds(300))
            bench.pass(.milliseconds(300))
        }
        #expect(bench.reconnects == 1)
    }

    @Test
    func `Callers that cancel instead of waiting for a deadline add up to a suspicion`() {
        var bench = bench()
        let id = bench.ask("a", 0, within: .seconds(60))
        bench.pass(.seconds(1))
        bench.cancel(id)
        #expect(bench.reconnects == 1)
        #expect(bench.outcomes == [0: .failure(.cancelled)])
    }

    @Test func `A socket for datagrams is never suspected`() {
        var bench = SchedulerBench()
        bench.ask("a", 0, within: .seconds(60))
        bench.pass(.seconds(60))
        #expect(bench.reconnects == 0)
    }

    @Test func `Reports about an attempt that has ended are ignored`() {
        var bench = bench(window: 1)
        bench.ask("a", 0, within: .seconds(9))
        bench.ask("b", 1, within: .seconds(1))
        bench.ask("c", 2, within: .seconds(9))
        // "a" times out in c-ares and is queued behind the others; later reports about its first attempt are ignored.
        bench.complete(0, .timedOut)
        bench.complete(0, .connectionFailed(systemError: 104))
        bench.complete(0, .timedOut)
        #expect(bench.scheduler.windowCount == 1)
        bench.complete(1, .answered([1]))
        bench.complete(2, .answered([2]))
        bench.complete(3, .answered([0]))
        #expect(bench.sentNames == ["a.", "b.", "c.", "a."])
        #expect(bench.scheduler.windowCount == 0)
        #expect(bench.scheduler.isIdle)
    }
}
