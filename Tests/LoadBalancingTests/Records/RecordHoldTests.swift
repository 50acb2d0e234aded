// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

/// The records of endpoints that leave and come back.
struct RecordHoldTests {
    @Test func `An endpoint that comes back soon keeps its record`() throws {
        let bench = try benchWithSlowEndpoint()
        let latency = try #require(bench.report(0)?.latency)
        #expect(latency > .seconds(1))
        bench.balancer.update([.numbered(1), .numbered(2)])
        use(bench, for: .seconds(29))
        bench.balancer.update(.weighted([1, 1, 1]))
        #expect(bench.report(0)?.latency == latency)
    }

    @Test func `An endpoint that comes back late begins at the median latency`() throws {
        let bench = try benchWithSlowEndpoint()
        bench.balancer.update([.numbered(1), .numbered(2)])
        use(bench, for: .seconds(31))
        bench.balancer.update(.weighted([1, 1, 1]))
        #expect(try abs(#require(bench.report(0)?.latency) - .milliseconds(100)) < .milliseconds(10))
    }

    @Test func `The first response of an endpoint counts as measured, however slow the others are`() throws {
        let bench = BalancerBench(.adaptive, .weighted([1, 1, 1]))
        try bench.use(for: .seconds(2))
        let quick = try [bench.use(for: .milliseconds(100)), bench.use(for: .milliseconds(100))]
        for number in quick { #expect(bench.report(number)?.latency == .milliseconds(100)) }
    }

    @Test func `A new endpoint begins at the median latency, and so gets its share and no more`() throws {
        let bench = try benchWithSlowEndpoint()
        bench.balancer.update(.weighted([1, 1, 1, 1]))
        #expect(bench.report(3)?.latency == .milliseconds(100))
        let picks = try (0..<60).map { _ in try bench.use(for: .milliseconds(100)) }
        #expect((10...30).contains(picks.count { $0 == 3 }))
    }

    @Test func `An ejection outlasts a short absence`() throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1]))
        #expect(try bench.fail(0))
        bench.balancer.update([.numbered(1), .numbered(2)])
        bench.balancer.update(.weighted([1, 1, 1]))
        #expect(bench.ejected == [0])
        #expect(try !bench.picks(20).contains(0))
        bench.balancer.update([.numbered(1), .numbered(2)])
        bench.advance(by: .seconds(5))
        bench.balancer.update(.weighted([1, 1, 1]))
        #expect(try bench.lease(of: 0).flags.contains(.probation))
    }

    @Test func `A negative hold time counts as zero`() throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1])) { $0.recordHold = .seconds(-5) }
        #expect(try bench.fail(0))
        bench.balancer.update([.numbered(1), .numbered(2)])
        bench.balancer.update(.weighted([1, 1, 1]))
        #expect(bench.ejected.isEmpty)
    }

    @Test func `An endpoint that is listed again starts slowly, although its record is kept`() throws {
        let bench = try benchThatStartsSlowly()
        bench.balancer.update([.numbered(1)])
        bench.advance(by: .seconds(5))
        bench.balancer.update(.weighted([1, 1]))
        #expect(try share(of: 0, bench) == 5)
        // Its window begins with the listing: half of it has passed 30 s later.
        bench.advance(by: .seconds(30))
        #expect(try share(of: 0, bench) == 33)
        bench.advance(by: .seconds(40))
        #expect(try share(of: 0, bench) == 50)
    }

    @Test func `An endpoint whose listing changes continues its slow start`() throws {
        let bench = try benchThatStartsSlowly()
        bench.balancer.update(.weighted([1, 1, 1]))
        bench.advance(by: .seconds(30))
        var changed = [Endpoint].weighted([1, 1, 1])
        changed[2].node = "n2"
        bench.balancer.update(changed)
        #expect(try share(of: 2, bench) == 20)
    }

    @Test func `An endpoint that Consul or a probe calls healthy again starts slowly`() throws {
        var down = Endpoint.numbered(0)
        down.probe = .down
        let bench = try benchThatStartsSlowly()
        bench.balancer.update([down, .numbered(1)])
        bench.advance(by: .seconds(100))
        bench.balancer.update(.weighted([1, 1]))
        #expect(try share(of: 0, bench) == 5)
    }

    /// Returns a balancer with two endpoints from the beginning, where newcomers take a minute to reach their full
    /// share.
    private func benchThatStartsSlowly() throws -> BalancerBench {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1])) {
            $0.slowStart = SlowStart(window: .seconds(60), minimumShare: 0.05)
        }
        #expect(try share(of: 0, bench) == 50)
        return bench
    }

    /// Returns the number of picks of an endpoint, of a hundred.
    private func share(of number: Int, _ bench: BalancerBench) throws -> Int {
        let picks = try bench.picks(2100).count { $0 == number }
        return Int((Double(picks) / 21).rounded())
    }

    /// Returns a balancer where endpoint 0 takes two seconds, and the others a tenth of a second.
    private func benchWithSlowEndpoint() throws -> BalancerBench {
        let bench = BalancerBench(.adaptive, .weighted([1, 1, 1]))
        let lease = try bench.lease(of: 0)
        bench.advance(by: .seconds(2))
        lease.finish(.success)
        use(bench, for: .seconds(3))
        return bench
    }

    private func use(_ bench: BalancerBench, for time: Duration) {
        for _ in 0..<Int(time / .milliseconds(100)) { _ = try? bench.use(for: .milliseconds(100)) }
    }
}

private func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
