// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

/// Ejection in a balancer, where requests detect failures, and picks notice the passage of time.
struct EjectionByPicksTests {
    @Test(arguments: [1, 2, 3, 4, 7])
    func `At most half of the endpoints are ejected, and never all, however many fail`(count: Int) throws {
        for policy in AllPolicies.all {
            let bench = BalancerBench(policy, .weighted(Array(repeating: 1, count: count)))
            let most = count == 1 ? 0 : max(1, count / 2)
            let counts = try (0..<(30 * count)).map { key in
                try bench.use(.failure(.connect), for: .milliseconds(1), PickOptions(key: HashKey(key)))
                return bench.ejected.count
            }
            #expect(counts.max() == most, "\(policy)")
        }
    }

    @Test(arguments: AllPolicies.all)
    func `An ejected endpoint is not picked`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, .weighted([1, 1, 1]))
        let victim = try bench.use()
        #expect(try bench.fail(victim))
        for key in 0..<100 { #expect(try bench.use(.success, PickOptions(key: HashKey(key))) != victim) }
        guard case .ejected(let remaining) = bench.report(victim)?.state else { return #expect(Bool(false)) }
        #expect(remaining >= .milliseconds(2500) && remaining <= .seconds(5))
    }

    @Test func `Failures before an ejection do not count after it`() throws {
        let bench = try benchWithComeback()
        #expect(try !bench.fail(0, times: 4))
        #expect(try bench.fail(0, times: 1))
    }

    @Test func `Failures of requests that began before the comeback do not eject again`() throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let late = try (0..<20).map { _ in SharedLease(try bench.lease(of: 0)) }
        try bench.fail(0)
        bench.advance(by: .seconds(5))
        try bench.lease(of: 0).finish(.success)
        for lease in late { lease.finish(.failure(.timeout)) }
        #expect(bench.report(0)?.state == .eligible)
    }

    @Test func `A clock that went back does not make failures after the comeback look earlier`() throws {
        let bench = try benchWithComeback()
        bench.advance(by: .seconds(-500))
        #expect(try bench.fail(0))
    }

    @Test(arguments: [true, false])
    func `A health probe that finds an ejected endpoint up reinstates it only if the setting says so`(isAskedFor: Bool)
        throws
    {
        var endpoints: [Endpoint] = .weighted([1, 1])
        let bench = BalancerBench(.weightedRoundRobin, endpoints) { $0.probesReinstate = isAskedFor }
        try bench.fail(0)
        endpoints[0].probe = .up
        bench.balancer.update(endpoints)
        #expect(bench.ejected.isEmpty == isAskedFor)
        #expect(try bench.picks(10).contains(0) == isAskedFor)
    }

    @Test func `Endpoints on probation in an unused tier do not block the ejection of others`() throws {
        var endpoints: [Endpoint] = (0..<4).map { .numbered($0) } + (10..<14).map { .numbered($0, priority: 2) }
        for index in 0..<3 { endpoints[index].probe = .down }
        let bench = BalancerBench(.weightedRoundRobin, endpoints)
        // The second priority receives load, and two of its endpoints fail.
        for _ in 0..<400 {
            let lease = try bench.balancer.pick()
            let isBad = lease.endpoint.number == 10 || lease.endpoint.number == 11
            lease.finish(isBad ? .failure(.server) : .success)
        }
        try #require(bench.ejected == [10, 11])
        for index in 0..<3 { endpoints[index].probe = nil }
        bench.balancer.update(endpoints)
        bench.advance(by: .seconds(3600))
        for _ in 0..<100 { try bench.use() }
        // Half of eight.
        for number in 0..<4 { try bench.fail(number) }
        #expect(bench.ejected.count { $0 < 10 } >= 3)
    }

    @Test func `A balancer without an ejection policy ejects no endpoint`() throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1])) { $0.ejection = nil }
        #expect(try !bench.fail(0, times: 100))
    }

    @Test func `A lease that outlives its balancer finishes without effect`() throws {
        var bench: BalancerBench? = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let leases = try (0..<20).map { _ in SharedLease(try #require(bench).balancer.pick()) }
        bench = nil
        for lease in leases { #expect(lease.finish(.failure(.connect))) }
    }

    /// Returns a balancer after endpoint 0 was ejected and has come back.
    private func benchWithComeback() throws -> BalancerBench {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        #expect(try bench.fail(0))
        bench.advance(by: .seconds(5))
        try bench.lease(of: 0).finish(.success)
        #expect(bench.report(0)?.state == .eligible)
        return bench
    }
}
