// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

struct QuerySharingTests {
    @Test
    func `Callers of the same name in any case share one query`() {
        var bench = SchedulerBench()
        bench.ask("web.service.consul", 0)
        bench.ask("WEB.Service.consul", 1)
        bench.ask("db.service.consul", 2)
        #expect(bench.sent.count == 2)
        bench.complete(0, .answered([7]))
        #expect(bench.outcomes == [0: .answer(7), 1: .answer(7)])
    }

    @Test func `All callers of a shared query are told when it fails`() {
        var bench = SchedulerBench()
        for waiter in 0..<3 { bench.ask("web.service.consul", waiter) }
        bench.complete(0, .failed(.malformedAnswer))
        #expect(bench.outcomes.count == 3)
        #expect(bench.outcomes.values.allSatisfy { $0 == .failure(.malformedAnswer) })
    }

    @Test func `Sharing of queries can be switched off`() {
        var bench = SchedulerBench { $0.coalesces = false }
        bench.ask("web.service.consul", 0)
        bench.ask("web.service.consul", 1)
        #expect(bench.sent.count == 2)
        bench.complete(1, .answered([1]))
        #expect(bench.outcomes == [1: .answer(1)])
    }

    @Test
    func `A query after the answer is not shared`() {
        var bench = SchedulerBench()
        bench.ask("web.service.consul", 0)
        bench.complete(0, .answered([0]))
        bench.ask("web.service.consul", 1)
        #expect(bench.sent.count == 2)
    }

    @Test
    func `A new caller does not join a query that has probably been lost`() {
        var bench = SchedulerBench { $0.sharingLimit = 400_000_000 }
        bench.ask("web.service.consul", 0)
        bench.pass(.milliseconds(399))
        bench.ask("web.service.consul", 1)
        #expect(bench.sent.count == 1)
        bench.pass(.milliseconds(1))
        bench.ask("web.service.consul", 2)
        #expect(bench.sent.count == 2)
        // The next caller joins the younger query, even after the older one has been answered.
        bench.complete(0, .answered([0]))
        bench.ask("web.service.consul", 3)
        #expect(bench.sent.count == 2)
        bench.complete(1, .answered([1]))
        #expect(bench.outcomes == [0: .answer(0), 1: .answer(0), 2: .answer(1), 3: .answer(1)])
    }

    @Test
    func `A caller joins a queued query however long it has been queued`() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask("first.service.consul", 0)
        bench.ask("web.service.consul", 1)
        bench.pass(.seconds(3))
        bench.ask("web.service.consul", 2)
        bench.complete(0, .answered([0]))
        #expect(bench.sent.count == 2)
        bench.complete(1, .answered([1]))
        #expect(bench.outcomes[2] == .answer(1))
    }

    @Test(arguments: 0..<3)
    func `A shared query continues for the others when one caller leaves`(who: Int) {
        var bench = SchedulerBench()
        let waiters = (0..<3).map { bench.ask("web.service.consul", $0) }
        bench.cancel(waiters[who])
        #expect(bench.outcomes == [who: .failure(.cancelled)])
        #expect(bench.scheduler.windowCount == 1)
        bench.complete(0, .answered([1]))
        #expect(bench.outcomes.count == 3)
        #expect(bench.outcomes.values.count { $0 == .answer(1) } == 2)
        #expect(bench.scheduler.isIdle)
    }

    @Test
    func `An abandoned query is resumed within the sharing limit`() {
        var bench = SchedulerBench { $0.sharingLimit = 400_000_000 }
        bench.cancel(bench.ask("web.service.consul", 0))
        bench.pass(.milliseconds(399))
        bench.ask("web.service.consul", 1, within: .milliseconds(1))
        #expect(bench.sent.count == 1)
        #expect((bench.scheduler.windowCount, bench.scheduler.abandonedCount) == (1, 0))
        bench.pass(.milliseconds(1))
        #expect(bench.outcomes[1] == .failure(.deadlineExceeded))
        bench.ask("web.service.consul", 2)
        #expect(bench.sent.count == 2)
        bench.complete(0, .answered([0]))
        #expect(bench.outcomes[2] == nil)
        bench.complete(1, .answered([1]))
        #expect(bench.outcomes[2] == .answer(1))
        #expect(bench.scheduler.isIdle)
    }

    @Test func `An abandoned query is not resumed without room for it`() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.cancel(bench.ask("web.service.consul", 0))
        bench.ask("db.service.consul", 1)
        bench.ask("web.service.consul", 2)
        #expect((bench.scheduler.windowCount, bench.scheduler.abandonedCount) == (1, 1))
        bench.complete(0, .answered([0]))
        bench.complete(1, .answered([1]))
        bench.complete(2, .answered([2]))
        #expect(bench.outcomes[2] == .answer(2))
        #expect(bench.scheduler.isIdle)
    }
}
