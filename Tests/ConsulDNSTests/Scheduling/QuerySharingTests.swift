// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

@Suite("Sharing of queries")
struct QuerySharingTests {
    @Test("asks once for all who ask the same, whatever the case of the name")
    func sharing() {
        var bench = SchedulerBench()
        bench.ask("web.service.consul", 0)
        bench.ask("WEB.Service.consul", 1)
        bench.ask("db.service.consul", 2)
        #expect(bench.sent.count == 2)
        bench.complete(0, .answered([7]))
        #expect(bench.outcomes == [0: .answer(7), 1: .answer(7)])
    }

    @Test("tells everybody when the query fails")
    func failure() {
        var bench = SchedulerBench()
        for waiter in 0..<3 { bench.ask("web.service.consul", waiter) }
        bench.complete(0, .failed(.malformedAnswer))
        #expect(bench.outcomes.count == 3)
        #expect(bench.outcomes.values.allSatisfy { $0 == .failure(.malformedAnswer) })
    }

    @Test("can be switched off")
    func off() {
        var bench = SchedulerBench { $0.coalesces = false }
        bench.ask("web.service.consul", 0)
        bench.ask("web.service.consul", 1)
        #expect(bench.sent.count == 2)
        bench.complete(1, .answered([1]))
        #expect(bench.outcomes == [1: .answer(1)])
    }

    @Test("ends with the answer: who asks later gets one of their own")
    func later() {
        var bench = SchedulerBench()
        bench.ask("web.service.consul", 0)
        bench.complete(0, .answered([0]))
        bench.ask("web.service.consul", 1)
        #expect(bench.sent.count == 2)
    }

    @Test("does not make a newcomer join a query that has probably been lost")
    func limit() {
        var bench = SchedulerBench { $0.sharingLimit = 400_000_000 }
        bench.ask("web.service.consul", 0)
        bench.pass(.milliseconds(399))
        bench.ask("web.service.consul", 1)
        #expect(bench.sent.count == 1)
        bench.pass(.milliseconds(1))
        bench.ask("web.service.consul", 2)
        #expect(bench.sent.count == 2)
        // The next one joins the younger of the two, also when the older has been answered meanwhile.
        bench.complete(0, .answered([0]))
        bench.ask("web.service.consul", 3)
        #expect(bench.sent.count == 2)
        bench.complete(1, .answered([1]))
        #expect(bench.outcomes == [0: .answer(0), 1: .answer(0), 2: .answer(1), 3: .answer(1)])
    }

    @Test("joins a query in the waiting room however long it has been there")
    func waitingRoom() {
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

    @Test("goes on for the others when one of them leaves", arguments: 0..<3)
    func leaving(who: Int) {
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

    @Test("takes up again a query that everybody has left, while it may be shared")
    func abandoned() {
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

    @Test("does not take up again what there is no place for")
    func abandonedWithoutPlace() {
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
