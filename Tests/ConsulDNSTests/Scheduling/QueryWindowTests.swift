// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

struct QueryWindowTests {
    private func name(_ number: Int) -> DomainName { DomainName(stringLiteral: "s\(number).service.consul") }

    @Test(arguments: [1, 2, 64])
    func `The window limits the queries that are sent, and the rest wait in order`(window: Int) {
        var bench = SchedulerBench { $0.window = window }
        for number in 0..<(window + 3) { bench.ask(name(number), number) }
        #expect(bench.sent.count == window)
        #expect(bench.scheduler.windowCount == window)
        bench.complete(0, .answered([1]))
        bench.complete(1 % window, .answered([1]))
        bench.complete(window, .answered([1]))
        #expect(bench.sentNames == (0..<min(window + 3, bench.sent.count)).map { name($0).description })
        #expect(bench.scheduler.windowCount <= window)
        #expect(bench.outcomes[0] == .answer(1))
    }

    @Test func `An abandoned query frees its place in the window`() {
        var bench = SchedulerBench { $0.window = 1 }
        let first = bench.ask(name(0), 0)
        bench.ask(name(1), 1)
        bench.cancel(first)
        #expect(bench.outcomes[0] == .failure(.cancelled))
        #expect(bench.sentNames == [name(0).description, name(1).description])
        #expect(bench.scheduler.windowCount == 1)
        #expect(bench.scheduler.abandonedCount == 1)

        // The late answer has no waiter.
        bench.complete(0, .answered([9]))
        #expect(bench.scheduler.abandonedCount == 0)
        #expect(bench.outcomes.count == 1)
        bench.complete(1, .answered([1]))
        #expect(bench.outcomes[1] == .answer(1))
        #expect(bench.scheduler.isIdle)
    }

    @Test
    func `Too many abandoned queries are ended by replacing their connection`() {
        var bench = SchedulerBench {
            $0.window = 4
            $0.maximumUnderWay = 5
        }
        bench.ask(name(0), 0)
        for number in 1..<5 { bench.cancel(bench.ask(name(number), number)) }
        #expect(bench.scheduler.abandonedCount == 4)
        #expect(bench.reconnects == 0)
        bench.ask(name(5), 5)
        #expect(bench.reconnects == 1)
        #expect(bench.scheduler.abandonedCount == 0)
        #expect(bench.sentNames.suffix(2) == [name(0).description, name(5).description])
    }

    @Test func `A query that was abandoned in the queue is never sent`() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask(name(0), 0)
        let second = bench.ask(name(1), 1)
        bench.ask(name(2), 2)
        bench.cancel(second)
        bench.complete(0, .answered([0]))
        #expect(bench.sentNames == [name(0).description, name(2).description])
    }

    @Test func `A query that failed passes its place in the window on`() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask(name(0), 0)
        bench.ask(name(1), 1)
        bench.complete(0, .failed(.outOfResources))
        #expect(bench.outcomes[0] == .failure(.outOfResources))
        #expect(bench.sent.count == 2)
    }
}
