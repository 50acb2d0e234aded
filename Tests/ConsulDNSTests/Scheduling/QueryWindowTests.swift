// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

@Suite("The window of a query scheduler")
struct QueryWindowTests {
    private func name(_ number: Int) -> DomainName { DomainName(stringLiteral: "s\(number).service.consul") }

    @Test("lets so many queries out and the rest wait in order", arguments: [1, 2, 64])
    func limit(window: Int) {
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

    @Test("has a place again when nobody waits for a query any more")
    func abandoning() {
        var bench = SchedulerBench { $0.window = 1 }
        let first = bench.ask(name(0), 0)
        bench.ask(name(1), 1)
        bench.cancel(first)
        #expect(bench.outcomes[0] == .failure(.cancelled))
        #expect(bench.sentNames == [name(0).description, name(1).description])
        #expect(bench.scheduler.windowCount == 1)
        #expect(bench.scheduler.abandonedCount == 1)

        // The answer that comes after all is nobody's.
        bench.complete(0, .answered([9]))
        #expect(bench.scheduler.abandonedCount == 0)
        #expect(bench.outcomes.count == 1)
        bench.complete(1, .answered([1]))
        #expect(bench.outcomes[1] == .answer(1))
        #expect(bench.scheduler.isIdle)
    }

    @Test("gets rid of abandoned queries with their connection, when there are too many to send another")
    func maximumUnderWay() {
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

    @Test("never sees a query that was given up in the waiting room")
    func cancelledBeforeSending() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask(name(0), 0)
        let second = bench.ask(name(1), 1)
        bench.ask(name(2), 2)
        bench.cancel(second)
        bench.complete(0, .answered([0]))
        #expect(bench.sentNames == [name(0).description, name(2).description])
    }

    @Test("passes on the place of a query that failed")
    func failing() {
        var bench = SchedulerBench { $0.window = 1 }
        bench.ask(name(0), 0)
        bench.ask(name(1), 1)
        bench.complete(0, .failed(.outOfResources))
        #expect(bench.outcomes[0] == .failure(.outOfResources))
        #expect(bench.sent.count == 2)
    }
}
