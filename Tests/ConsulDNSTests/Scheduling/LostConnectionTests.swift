// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulDNS

@Suite("A lost connection")
struct LostConnectionTests {
    private func bench(window: Int = 2) -> SchedulerBench {
        SchedulerBench {
            $0.window = window
            $0.retriesAfterLostConnection = 1
            $0.silenceLimit = 1_000_000_000
        }
    }

    @Test("makes its queries go out again before those that have not been sent yet, and only once")
    func retry() {
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

    @Test("is final for datagrams")
    func datagrams() {
        var bench = SchedulerBench()
        bench.ask("a", 0)
        bench.complete(0, .connectionFailed(systemError: 111))
        #expect(bench.outcomes == [0: .failure(.connectionFailed(systemError: 111))])
    }

    @Test("ends what nobody waits for any more")
    func abandoned() {
        var bench = bench()
        bench.cancel(bench.ask("a", 0))
        bench.complete(0, .connectionFailed(systemError: 0))
        #expect(bench.sent.count == 1)
        #expect(bench.scheduler.isIdle)
    }

    @Test("is suspected when nothing is heard for a second: it is replaced, and what was on it is sent again")
    func silence() {
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

    @Test("is not suspected while it still brings answers")
    func heard() {
        var bench = bench()
        bench.ask("slow", 0, within: .seconds(2))
        bench.pass(.milliseconds(1500))
        bench.ask("fast", 1)
        bench.complete(1, .answered([1]))
        bench.pass(.milliseconds(500))
        #expect(bench.outcomes[0] == .failure(.deadlineExceeded))
        #expect(bench.reconnects == 0)
    }

    @Test("is suspected when it falls silent after an answer")
    func halfHeard() {
        var bench = bench()
        bench.ask("a", 0)
        bench.ask("b", 1)
        bench.complete(0, .answered([1]))
        bench.pass(.seconds(5))
        #expect(bench.outcomes[1] == .failure(.deadlineExceeded))
        #expect(bench.reconnects == 1)
    }

    @Test("is not suspected before a second has passed")
    func shortDeadline() {
        var bench = bench()
        bench.ask("a", 0, within: .milliseconds(999))
        bench.pass(.milliseconds(999))
        #expect(bench.outcomes[0] == .failure(.deadlineExceeded))
        #expect(bench.reconnects == 0)
    }

    @Test("is suspected by impatient callers, too: their short silences add up")
    func impatience() {
        var bench = bench()
        for waiter in 0..<4 {
            bench.ask("a", waiter, within: .milliseconds(300))
            bench.pass(.milliseconds(300))
        }
        #expect(bench.reconnects == 1)
    }

    @Test("is suspected by callers who cancel instead of waiting for a deadline")
    func cancellation() {
        var bench = bench()
        let id = bench.ask("a", 0, within: .seconds(60))
        bench.pass(.seconds(1))
        bench.cancel(id)
        #expect(bench.reconnects == 1)
        #expect(bench.outcomes == [0: .failure(.cancelled)])
    }

    @Test("is never suspected where there is none: datagrams")
    func silentDatagrams() {
        var bench = SchedulerBench()
        bench.ask("a", 0, within: .seconds(60))
        bench.pass(.seconds(60))
        #expect(bench.reconnects == 0)
    }

    @Test("does not speak for the one that replaced it")
    func lateReports() {
        var bench = bench(window: 1)
        bench.ask("a", 0, within: .seconds(9))
        bench.ask("b", 1, within: .seconds(1))
        bench.ask("c", 2, within: .seconds(9))
        // "a" times out in c-ares and goes behind the others; what is said about it then is about the past.
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
