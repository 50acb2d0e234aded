// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

struct LeaseFlagTests {
    @Test(arguments: AllPolicies.all)
    func `A balancer without healthy endpoints uses all of them, and leases carry a flag`(policy: any BalancingPolicy)
        throws
    {
        let down = (0..<3).map { number in
            var endpoint = Endpoint.numbered(number)
            endpoint.probe = .down
            return endpoint
        }
        let bench = BalancerBench(policy, down)
        #expect(try bench.balancer.pick().flags.contains(.failOpen))
        #expect(bench.balancer.endpoints.allSatisfy { $0.state == .unhealthy })
        bench.balancer.update([.numbered(0)] + down.dropFirst())
        for key in 0..<20 {
            let lease = try bench.balancer.pick(PickOptions(key: HashKey(key)))
            #expect(lease.endpoint.number == 0)
            #expect(!lease.flags.contains(.failOpen))
        }
    }

    @Test func `A critical endpoint is used only when there is no other`() throws {
        var critical = Endpoint.numbered(0)
        critical.details = Endpoint.Details(id: "0", status: .critical)
        let bench = BalancerBench(.weightedRoundRobin, [critical, .numbered(1)])
        #expect(try Set(bench.picks(10)) == [1])
        bench.balancer.update([critical])
        #expect(try bench.balancer.pick().flags.contains(.failOpen))
    }

    @Test func `A lease carries a flag when its endpoints are stale`() throws {
        let bench = BalancerBench(.weightedRoundRobin, [.numbered(0)])
        #expect(try !bench.balancer.pick().flags.contains(.stale))
        bench.balancer.update([.numbered(0)], isStale: true)
        #expect(try bench.balancer.pick().flags == .stale)
        bench.balancer.update([.numbered(0)])
        #expect(try bench.balancer.pick().flags == [])
    }

    @Test func `An endpoint that was avoided for long is explored once`() throws {
        let bench = BalancerBench(.adaptive, .weighted([1, 1]))
        for _ in 0..<10 { try bench.use(for: .milliseconds(1)) }
        #expect(try !bench.balancer.pick().flags.contains(.exploration))
        bench.advance(by: .seconds(6.1))
        let flags = try (0..<4).map { _ in try bench.balancer.pick().flags.contains(.exploration) }
        #expect(flags == [true, true, false, false])
    }

    @Test func `Exploration detects that a slow endpoint is quick again`() throws {
        let bench = BalancerBench(.adaptive, .weighted([1, 1, 1])) { $0.ejection = nil }
        for _ in 0..<30 { try bench.use(for: .milliseconds(10)) }
        try bench.lease(of: 0).finish(.failure(.timeout))
        #expect(try bench.use(for: .milliseconds(10)) != 0)
        #expect(try (0..<100).allSatisfy { _ in try bench.use(for: .milliseconds(10)) != 0 })
        // Of the penalty of 5 s, 300 ms remain after 28 s.
        for _ in 0..<550 { try bench.use(for: .milliseconds(10)) }
        let picks = try (0..<30).map { _ in try bench.use(for: .milliseconds(10)) }
        #expect(picks.count { $0 == 0 } == 10)
    }

    @Test func `Exploration of a slow endpoint becomes rarer`() throws {
        let bench = BalancerBench(.adaptive, .weighted([1, 1, 1])) { $0.ejection = nil }
        var uses: [Double] = []
        for step in 0..<12_000 {
            let lease = try bench.balancer.pick()
            bench.advance(by: .milliseconds(10))
            let isSlow = lease.endpoint.number == 0
            if isSlow { uses.append(Double(step) / 100) }
            lease.finish(isSlow ? .failure(.timeout) : .success)
        }
        let pauses = zip(uses, uses.dropFirst()).map { $1 - $0 }
        #expect(pauses.count <= 6)
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $1 > $0 * 1.3 }, "\(pauses)")
    }
}
