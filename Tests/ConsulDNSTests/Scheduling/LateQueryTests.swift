// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

@Suite("A late query")
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

    @Test("over UDP leaves the window to those who wait, and its answer is still taken")
    func leavesWindow() {
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

    @Test("over UDP is one of four windows at most")
    func bounded() {
        var bench = bench(window: 2)
        for number in 0..<20 { bench.ask(DomainName(stringLiteral: "s\(number)"), number, within: .seconds(60)) }
        for _ in 0..<10 { bench.pass(.milliseconds(200)) }
        #expect(bench.sent.count == 8)
        bench.complete(0, .answered([0]))
        #expect(bench.sent.count == 9)
    }

    @Test("over UDP is not waited for when it has been answered before")
    func answeredInTime() {
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

    @Test("over TCP sends those behind it to another connection, once, and newcomers as well")
    func overtaken() {
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
        // Whichever answer comes first counts, and the other one is nobody's.
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

    @Test("over TCP is not moved itself, and those that have moved stay where they are")
    func movedOnce() {
        var bench = bench(window: 8, answersInOrder: true)
        bench.ask("slow", 0, within: .seconds(60))
        bench.ask("a", 1, within: .seconds(60))
        for _ in 0..<10 { bench.pass(.milliseconds(200)) }
        #expect(bench.sentNames == ["slow.", "a.", "a."])
    }

    @Test("over TCP holds up no connection on which answers still come")
    func progress() {
        var bench = bench(window: 8, answersInOrder: true)
        ask(["a", "b", "c"], &bench)
        bench.pass(.milliseconds(150))
        bench.complete(0, .answered([0]))
        bench.pass(.milliseconds(150))
        #expect(bench.sent.count == 3)
        bench.ask("d", 9)
        #expect(bench.sentOver == [0, 0, 0, 0])
    }

    @Test("does not speak for its query when the connection that it was on is lost after all")
    func lostBehind() {
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

@Suite("Connections of a query scheduler")
struct ConnectionChoiceTests {
    private func bench(limit: Int = 3, window: Int = 2, answersInOrder: Bool = true) -> SchedulerBench {
        SchedulerBench {
            $0.connectionLimit = limit
            $0.window = window
            $0.answersInOrder = answersInOrder
        }
    }

    @Test("are one for one datacenter, however much is asked", arguments: [true, false])
    func oneDatacenter(answersInOrder: Bool) {
        var bench = bench(answersInOrder: answersInOrder)
        for number in 0..<10 {
            bench.ask(DomainName(stringLiteral: "s\(number).service.dc2.consul"), number, within: .seconds(60))
        }
        #expect(bench.sentOver == [0, 0])
        for index in 0..<10 { bench.complete(index, .answered([1])) }
        #expect(Set(bench.sentOver) == [0])
        #expect(bench.outcomes.count == 10)
    }

    @Test("are another for each datacenter that is asked about at the same time", arguments: [true, false])
    func datacenters(answersInOrder: Bool) {
        var bench = bench(answersInOrder: answersInOrder)
        for number in 0..<4 {
            bench.ask(DomainName(stringLiteral: "s\(number).service.dc2.consul"), number, within: .seconds(60))
        }
        bench.ask("web.service.consul", 10)
        bench.ask("db.service.consul", 11)
        bench.ask("v1.web.service.DC2.consul", 12)
        bench.ask("web.query.consul", 13)
        // Two of dc2, which fill its window, two local ones, and a prepared query, which may go anywhere.
        #expect(bench.sentOver == [0, 0, 1, 1, 2])
    }

    @Test("that are idle take what is asked next, about whatever datacenter")
    func idle() {
        var bench = bench()
        bench.ask("web.service.dc2.consul", 0)
        bench.complete(0, .answered([1]))
        bench.ask("web.service.consul", 1)
        #expect(bench.sentOver == [0, 0])
    }

    @Test("are shared by datacenters when there are too many, the overdue ones last")
    func shared() {
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

    @Test("that nobody waits for make room for another datacenter")
    func evicted() {
        var bench = bench(limit: 1)
        bench.cancel(bench.ask("web.service.dc1.consul", 0))
        bench.ask("web.service.dc2.consul", 1)
        #expect(bench.sentOver == [0, 1])
        #expect(bench.closed.map(\.number) == [0])
    }

    @Test("are closed when they have been idle for ten seconds, but for one")
    func forgotten() {
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

@Suite("The isolation key of a name")
struct IsolationKeyTests {
    @Test(
        "is the same for whatever is in one datacenter",
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
    func same(names: [String]) {
        #expect(Set(names.map { DomainName(stringLiteral: $0).isolationKey }).count == 1)
    }

    @Test("is another for another datacenter, domain or prepared query")
    func different() {
        let names: [DomainName] = [
            "web.service.consul", "web.service.dc1.consul", "web.service.dc2.consul", "web.service.dc2.other",
            "web.query.consul", "web.query.dc2.consul", "web.service.ns1.ns.consul", "web.example.com",
        ]
        #expect(Set(names.map(\.isolationKey)).count == names.count)
    }
}
