// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

/// One request at a time tests an ejected endpoint.
struct ProbationTests {
    @Test(arguments: AllPolicies.spreading)
    func `One request at a time goes to an endpoint on probation`(policy: any BalancingPolicy) throws {
        let bench = try benchOnProbation(policy)
        let leases = try (0..<100).map { _ in SharedLease(try bench.balancer.pick()) }
        let probes = leases.filter { $0.endpoint.number == 0 }
        #expect(probes.map(\.flags).map { $0.contains(.probation) } == [true])
        #expect(bench.report(0)?.state == .onProbation)
    }

    @Test(arguments: AllPolicies.spreading)
    func `A probe that is dropped makes room for the next`(policy: any BalancingPolicy) throws {
        let bench = try benchOnProbation(policy)
        for outcome in [nil, .neutral, .failure(.client)] as [Outcome?] {
            let lease = try bench.lease(of: 0)
            #expect(lease.flags.contains(.probation))
            if let outcome { lease.finish(outcome) } else { _ = consume lease }
        }
        try bench.lease(of: 0).finish(.success)
        #expect(bench.report(0)?.state == .eligible)
        #expect(try !bench.lease(of: 0).flags.contains(.probation))
    }

    @Test func `A response that has begun ends the probation, however long it takes`() throws {
        let bench = try benchOnProbation(.weightedRoundRobin)
        var stream = try bench.lease(of: 0)
        stream.ignoreLatency()
        stream.markFirstByte()
        #expect(bench.report(0)?.state == .eligible)
        #expect(try !bench.lease(of: 0).flags.contains(.probation))
        stream.finish(.failure(.server))
        #expect(bench.report(0)?.state == .eligible)
    }

    @Test func `A timeout after the comeback does not make the endpoint look slow`() throws {
        let bench = BalancerBench(.adaptive, .weighted([1, 1, 1]))
        for _ in 0..<30 { try bench.use(for: .milliseconds(1)) }
        let old = try (0..<3).map { _ in SharedLease(try bench.lease(of: 0, .excluding(1, 2))) }
        let failing = try (0..<5).map { _ in SharedLease(try bench.lease(of: 0, .excluding(1, 2))) }
        for lease in failing { lease.finish(.failure(.server)) }
        bench.advance(by: .seconds(5))
        try bench.lease(of: 0).finish(.success)
        try #require(bench.report(0)?.state == .eligible)
        let latency = bench.report(0)?.latency
        for lease in old { lease.finish(.failure(.timeout)) }
        #expect(bench.report(0)?.latency == latency)
    }

    @Test func `A failed probe ejects the endpoint for longer`() throws {
        let bench = try benchOnProbation(.weightedRoundRobin)
        for base in [10, 20, 40, 60, 60] {
            try bench.lease(of: 0).finish(.failure(.server))
            guard case .ejected(let remaining) = bench.report(0)?.state else { return #expect(Bool(false)) }
            #expect(remaining >= .seconds(base) / 2 && remaining <= .seconds(base))
            bench.advance(by: .seconds(base))
        }
    }

    @Test func `A request without an alternative does not join a probe`() throws {
        let bench = try benchOnProbation(.weightedRoundRobin, count: 2)
        let probe = SharedLease(try bench.lease(of: 0))
        // The other endpoint has failed for this request; the one on probation is still the worse choice.
        #expect(try (0..<20).map { _ in try bench.use(.neutral, .excluding(1)) } == Array(repeating: 1, count: 20))
        #expect(probe.flags.contains(.probation))
    }

    @Test func `A probe of an earlier ejection does not decide about a later one`() throws {
        let bench = BalancerBench(.weightedRoundRobin, [.numbered(0), .numbered(1)]) { $0.probesReinstate = true }
        try bench.fail(0)
        bench.advance(by: .seconds(5))
        let old = SharedLease(try bench.lease(of: 0))
        #expect(old.flags.contains(.probation))
        var up = Endpoint.numbered(0)
        up.probe = .up
        bench.balancer.update([up, .numbered(1)])
        #expect(try bench.fail(0))
        bench.advance(by: .seconds(60))
        let new = SharedLease(try bench.lease(of: 0))
        #expect(new.flags.contains(.probation))
        old.finish(.success)
        #expect(bench.report(0)?.state == .onProbation)
        #expect(try (0..<20).allSatisfy { _ in try bench.use(.neutral) == 1 })
    }

    /// Returns a balancer after the ejection of endpoint 0 has ended.
    private func benchOnProbation(_ policy: any BalancingPolicy, count: Int = 3) throws -> BalancerBench {
        let bench = BalancerBench(policy, .weighted(Array(repeating: 1, count: count)))
        #expect(try bench.fail(0))
        bench.advance(by: .seconds(5))
        return bench
    }
}
