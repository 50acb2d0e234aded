// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

struct LateQueryTests {
    private func bench(window: Int, answersInOrder: Bool = false) -> SchedulerBench {
        SchedulerBench {
            $0.window = window
            $0.overdueAfter = 200_000_000
            $0.answersInOrder = answersInOrder
            $0.retriesAfterLostConnection = answersInOrder ? 1 : 0
        }
    }

    private func ask(_ names: [String], _ bench: inout SchedulerBench) {
        for name in names { bench.ask(DomainName(stringLiteral: name), bench.sent.count + 100) }
    }

    @Test
    func `A late query over UDP frees its place in the window, and its answer is still accepted`() {
        var bench = bench(window: 2)
        bench.ask("a", 0)
        bench.ask("b", 1)
        bench.ask("c", 2)
        bench.pass(.milliseconds(199))
        #expect(bench.sentNames == ["a.", "b."])
        #expect(bench.scheduler.nextDeadline == bench.now + 1_000_000)
        bench.pass(.milliseconds(1))
        #expect(bench.sentNames == ["a.", "b.", "c."])
        #expect((bench.scheduler.windowCount, bench.scheduler.lateCount) == (1, 2))
        bench.complete(0, .answered([1]))
        #expect(bench.outcomes == [0: .answer(1)])
        #expect((bench.scheduler.windowCount, bench.scheduler.lateCount) == (1, 1))
    }

    @Test func `Late queries over UDP count against a limit of four windows`() {
        var bench = bench(window: 2)
        for number in 0..<20 { bench.ask(DomainName(stringLiteral: "s\(number)"), number, within: .seconds(60)) }
        for _ in 0..<10 { bench.pass(.milliseconds(200)) }
        #expect(bench.sent.count == 8)
        bench.complete(0, .answered([0]))
        #expect(bench.sent.count == 9)
    }

    @Test
    func `A query over UDP that was answered in time does not become late`() {
        var bench = bench(window: 2)
        bench.ask("a", 0)
        bench.pass(.milliseconds(100))
        bench.ask("b", 1)
        bench.complete(0, .answered([1]))
        bench.pass(.milliseconds(100))
        #expect(bench.scheduler.lateCount == 0)
        #expect(bench.scheduler.nextDeadline == bench.now + 100_000_000)
        bench.complete(1, .answered([1]))
        #expect(bench.scheduler.nextDeadline != nil)
        bench.pass(.seconds(9))
        #expect(bench.scheduler.nextDeadline == nil)
    }

    @Test
    func `A late query over TCP moves the queries behind it to another connection, once`() {
        var bench = bench(window: 8, answersInOrder: true)
        bench.ask("slow", 0, within: .seconds(60))
        bench.pass(.milliseconds(100))
        bench.ask("a", 1, within: .seconds(60))
        bench.ask("b", 2, within: .seconds(60))
        bench.pass(.milliseconds(100))
        #expect(bench.sentNames == ["slow.", "a.", "b.", "a.", "b."])
        #expect(bench.sentOver == [0, 0, 0, 1, 1])
        bench.ask("c", 3, within: .seconds(60))
        #expect(bench.sentOver.last == 1)
        // The first answer counts, and the other one is ignored.
        bench.complete(1, .answered([1]))
        bench.complete(3, .answered([9]))
        #expect(bench.outcomes[1] == .answer(1))
        bench.complete(4, .answered([2]))
        #expect(bench.outcomes[2] == .answer(2))
        bench.complete(0, .answered([0]))
        bench.complete(2, .answered([9]))
        bench.complete(5, .answered([3]))
        #expect(bench.outcomes[0] == .answer(0))
        #expect(bench.scheduler.isIdle)
    }

    @Test
    func `A late query over TCP stays, and moved queries are not moved again`() {
        var bench = bench(window: 8, answersInOrder: true)
        bench.ask("slow", 0, within: .seconds(60))
        bench.ask("a", 1, within: .seconds(60))
        for _ in 0..<10 { bench.pass(.milliseconds(200)) }
        #expect(bench.sentNames == ["slow.", "a.", "a."])
    }

    @Test
    func `A TCP connection with recent answers is not overdue`() {
        var bench = bench(window: 8, answersInOrder: true)
        ask(["a", "b", "c"], &bench)
        bench.pass(.milliseconds(150))
        bench.complete(0, .answered([0]))
        bench.pass(.milliseconds(150))
        #expect(bench.sent.count == 3)
        bench.ask("d", 9)
        #expect(bench.sentOver == [0, 0, 0, 0])
    }

    @Test
    func `A lost connection does not fail queries that were moved away from it`() {
        var bench = bench(window: 8, answersInOrder: true)
        bench.ask("slow", 0, within: .seconds(60))
        bench.ask("a", 1, within: .seconds(60))
        bench.pass(.milliseconds(200))
        bench.complete(1, .connectionFailed(systemError: 104))
        #expect(bench.outcomes.isEmpty)
        #expect(bench.sent.count == 3)
        bench.complete(2, .answered([1]))
        #expect(bench.outcomes == [1: .answer(1)])
    }
}

struct ConnectionChoiceTests {
    private func bench(limit: Int = 3, window: Int = 2, answersInOrder: Bool = true) -> SchedulerBench {
        SchedulerBench {
            $0.connectionLimit = limit
            $0.window = window
            $0.answersInOrder = answersInOrder
        }
    }

    @Test(arguments: [true, false])
    func `Queries of one datacenter share one connection, however many they are`(answersInOrder: Bool) {
        var bench = bench(answersInOrder: answersInOrder)
        for number in 0..<10 {
            bench.ask(DomainName(stringLiteral: "s\(number).service.dc2.consul"), number, within: .seconds(60))
        }
        #expect(bench.sentOver == [0, 0])
        for index in 0..<10 { bench.complete(index, .answered([1])) }
        #expect(Set(bench.sentOver) == [0])
        #expect(bench.outcomes.count == 10)
    }

    @Test(arguments: [true, false])
    func `Queries of different datacenters use different connections at the same time`(answersInOrder: Bool) {
        var bench = bench(answersInOrder: answersInOrder)
        for number in 0..<4 {
            bench.ask(DomainName(stringLiteral: "s\(number).service.dc2.consul"), number, within: .seconds(60))
        }
        bench.ask("web.service.consul", 10)
        bench.ask("db.service.consul", 11)
        bench.ask("v1.web.service.DC2.consul", 12)
        bench.ask("web.query.consul", 13)
        // Two queries for dc2, which fill its window, two local ones, and a prepared query, which may fail over to any
        // datacenter.
        #expect(bench.sentOver == [0, 0, 1, 1, 2])
    }

    @Test
    func `An idle connection takes the next query of any datacenter`() {
        var bench = bench()
        bench.ask("web.service.dc2.consul", 0)
        bench.complete(0, .answered([1]))
        bench.ask("web.service.consul", 1)
        #expect(bench.sentOver == [0, 0])
    }

    @Test
    func `Datacenters share connections if there are too many, the overdue ones last`() {
        var bench = bench(limit: 2, window: 8)
        bench.ask("web.service.dc1.consul", 0, within: .seconds(60))
        bench.ask("a.service.dc1.consul", 1, within: .seconds(60))
        bench.ask("web.service.dc2.consul", 2, within: .seconds(60))
        bench.ask("web.service.dc3.consul", 3, within: .seconds(60))
        #expect(bench.sentOver == [0, 0, 1, 1])
        bench.pass(.milliseconds(200))
        bench.complete(0, .answered([0]))
        bench.ask("web.service.dc4.consul", 4)
        #expect(bench.sentOver.last == 0)
    }

    @Test func `A connection that no waiter needs makes room for another datacenter`() {
        var bench = bench(limit: 1)
        bench.cancel(bench.ask("web.service.dc1.consul", 0))
        bench.ask("web.service.dc2.consul", 1)
        #expect(bench.sentOver == [0, 1])
        #expect(bench.closed.map(\.number) == [0])
    }

    @Test
    func `Connections that have been idle for ten seconds are closed, except one`() {
        var bench = bench()
        for (number, place) in ["dc1", "dc2", "dc3"].enumerated() {
            bench.ask(DomainName(stringLiteral: "web.service.\(place).consul"), number)
        }
        for index in 0..<3 { bench.complete(index, .answered([1])) }
        bench.pass(.seconds(9))
        bench.ask("web.service.dc1.consul", 3)
        bench.complete(3, .answered([1]))
        #expect(bench.closed.isEmpty)
        bench.pass(.seconds(1))
        bench.ask("web.service.dc1.consul", 4)
        bench.complete(4, .answered([1]))
        #expect(Set(bench.closed.map(\.number)) == [1, 2])
        bench.pass(.seconds(60))
        bench.ask("web.service.dc1.consul", 5)
        bench.complete(5, .answered([1]))
        #expect(bench.sentOver == [0, 1, 2, 0, 0, 0])
    }
}

struct IsolationKeyTests {
    @Test(
        arguments: [
            [
                "web.service.consul", "v1.db.service.consul", "n1.node.CONSUL", "_web._tcp.service.consul",
                "_web._tcp.consul",
            ],
            ["web.service.dc2.consul", "web.connect.DC2.consul", "_web._udp.dc2.consul", "x.addr.dc2.consul"],
            ["a.query.consul", "b.query.consul"],
            ["web", "anything.example.com"],
        ]
    )
    func `The isolation key is the same for all names of one datacenter`(names: [String]) {
        #expect(Set(names.map { DomainName(stringLiteral: $0).isolationKey }).count == 1)
    }

    @Test
    func `The isolation key differs for another datacenter, domain or prepared query`() {
        let names: [DomainName] = [
            "web.service.consul", "web.service.dc1.consul", "web.service.dc2.consul", "web.service.dc2.other",
            "web.query.consul", "web.query.dc2.consul", "web.service.ns1.ns.consul", "web.example.com",
            // Consul allows underscores at the start of a datacenter's name.
            "web.service._dc1.consul", "_web._tcp.service._dc2.consul",
        ]
        #expect(Set(names.map(\.isolationKey)).count == names.count)
    }
}
