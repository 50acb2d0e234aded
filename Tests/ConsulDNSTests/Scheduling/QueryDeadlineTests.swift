// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulDNS

struct QueryDeadlineTests {
    @Test func `The deadline of a query is each waiter's own`() {
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

    @Test func `The deadline of a query also holds in the queue`() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask("first.service.consul", 0, within: .seconds(9))
        bench.ask("second.service.consul", 1, within: .seconds(1))
        bench.pass(.seconds(1))
        #expect(bench.outcomes == [1: .failure(.deadlineExceeded)])
        bench.complete(0, .answered([0]))
        #expect(bench.sent.count == 1)
        #expect(bench.scheduler.isIdle)
    }

    @Test
    func `A deadline in the past ends the query at the next expiry`() {
        var bench = SchedulerBench()
        bench.ask("web.service.consul", 0, within: .zero)
        bench.pass(.zero)
        #expect(bench.outcomes == [0: .failure(.deadlineExceeded)])
    }

    @Test
    func `The next deadline is the earliest, possibly of a waiter that has left`() {
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

    @Test
    func `A query that c-ares gave up is sent again behind the queued ones while a waiter is left`() {
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

    @Test
    func `An abandoned query is removed when c-ares gives it up`() {
        var bench = SchedulerBench()
        bench.ask("a.service.consul", 0, within: .milliseconds(1))
        bench.pass(.milliseconds(1))
        #expect(!bench.scheduler.isIdle)
        bench.complete(0, .timedOut)
        #expect(bench.scheduler.isIdle)
        #expect(bench.sent.count == 1)
    }

    @Test
    func `A closing client fails all waiters, and sends no more queries`() {
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
        // Reports of the channel during its destruction are ignored.
        bench.complete(0, .answered([1]))
        #expect(bench.outcomes.count == 3)
        #expect(bench.scheduler.windowCount == 0)
    }
}
