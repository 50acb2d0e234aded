// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulDNS

@Suite("Deadlines of queries")
struct QueryDeadlineTests {
    @Test("are each waiter's own")
    func perWaiter() {
        var bench = SchedulerBench()
        bench.ask("web.service.consul", 0, within: .milliseconds(100))
        bench.ask("web.service.consul", 1, within: .milliseconds(300))
        bench.pass(.milliseconds(99))
        #expect(bench.outcomes.isEmpty)
        bench.pass(.milliseconds(1))
        #expect(bench.outcomes == [0: .failure(.deadlineExceeded)])
        bench.complete(0, .answered([1]))
        #expect(bench.outcomes[1] == .answer(1))
    }

    @Test("hold in the waiting room, too")
    func waitingRoom() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask("first.service.consul", 0, within: .seconds(9))
        bench.ask("second.service.consul", 1, within: .seconds(1))
        bench.pass(.seconds(1))
        #expect(bench.outcomes == [1: .failure(.deadlineExceeded)])
        bench.complete(0, .answered([0]))
        #expect(bench.sent.count == 1)
        #expect(bench.scheduler.isIdle)
    }

    @Test("that have passed already end at the next look at the clock")
    func zero() {
        var bench = SchedulerBench()
        bench.ask("web.service.consul", 0, within: .zero)
        bench.pass(.zero)
        #expect(bench.outcomes == [0: .failure(.deadlineExceeded)])
    }

    @Test("are announced by the earliest, which may belong to a waiter that has left")
    func nextDeadline() {
        var bench = SchedulerBench()
        #expect(bench.scheduler.nextDeadline == nil)
        let start = bench.now
        bench.ask("a.service.consul", 0, within: .nanoseconds(300))
        let second = bench.ask("b.service.consul", 1, within: .nanoseconds(100))
        bench.ask("c.service.consul", 2, within: .nanoseconds(200))
        #expect(bench.scheduler.nextDeadline == start + 100)
        bench.cancel(second)
        bench.pass(.nanoseconds(100))
        #expect(bench.scheduler.nextDeadline == start + 200)
        #expect(bench.outcomes == [1: .failure(.cancelled)])
        bench.pass(.nanoseconds(1000))
        #expect(bench.scheduler.nextDeadline == nil)
        #expect(bench.outcomes.count == 3)
    }

    @Test("outlast c-ares: a query that it gave up is sent again while somebody waits, behind those who wait already")
    func sentAgain() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask("a.service.consul", 0)
        bench.ask("b.service.consul", 1)
        bench.complete(0, .timedOut)
        #expect(bench.sentNames == ["a.service.consul.", "b.service.consul."])
        bench.complete(1, .answered([1]))
        #expect(bench.sentNames.last == "a.service.consul.")
        bench.complete(2, .answered([0]))
        #expect(bench.outcomes == [0: .answer(0), 1: .answer(1)])
    }

    @Test("free what nobody waits for any more when c-ares gives it up")
    func abandonedTimesOut() {
        var bench = SchedulerBench()
        bench.ask("a.service.consul", 0, within: .milliseconds(1))
        bench.pass(.milliseconds(1))
        #expect(!bench.scheduler.isIdle)
        bench.complete(0, .timedOut)
        #expect(bench.scheduler.isIdle)
        #expect(bench.sent.count == 1)
    }

    @Test("matter no more once the client closes: everybody is told, and nothing is sent")
    func closing() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask("a.service.consul", 0)
        bench.ask("a.service.consul", 1)
        bench.ask("b.service.consul", 2)
        bench.closeAll()
        #expect(bench.outcomes.count == 3)
        #expect(bench.outcomes.values.allSatisfy { $0 == .failure(.clientClosed) })
        #expect(bench.sent.count == 1)
        #expect(bench.scheduler.isIdle)
        #expect(bench.scheduler.nextDeadline == nil)
        // What the channel reports while it is torn down means nothing any more.
        bench.complete(0, .answered([1]))
        #expect(bench.outcomes.count == 3)
        #expect(bench.scheduler.windowCount == 0)
    }
}
