// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

/// A silent endpoint is detected by the age of its requests, with any clock.
struct SilenceTests {
    @Test func `A silent endpoint is avoided before a request times out`() throws {
        let bench = try usedBench()
        let lease = try bench.lease(of: 0)
        // The request is new, and the endpoint still has its turns.
        #expect(try (0..<6).map { _ in try bench.use(.neutral) }.contains(0))
        bench.advance(by: .seconds(1))
        #expect(try (0..<50).allSatisfy { _ in try bench.use(for: .milliseconds(10)) != 0 })
        lease.finish(.success)
    }

    @Test func `Two concurrent ends leave no mark of a waiting request`() throws {
        let bench = try usedBench()
        let record = try bench.lease(of: 0).withRecord { $0 }
        record.counters.begin(at: bench.balancer.context.now, in: 0)
        record.counters.begin(at: bench.balancer.context.now, in: 0)
        // Both conclude before either is subtracted from the count.
        for _ in 0..<2 { record.counters.conclude(at: bench.balancer.context.now, isSign: true) }
        for _ in 0..<2 { _ = record.counters.leases.end(in: 0) }
        bench.advance(by: .seconds(3))
        #expect(record.counters.silence(at: bench.balancer.context.now) == 0)
        record.counters.begin(at: bench.balancer.context.now, in: 0)
        bench.advance(by: .seconds(1))
        #expect(record.counters.silence(at: bench.balancer.context.now) == 1e9)
        _ = record.counters.leases.end(in: 0)
    }

    @Test func `A stream is no silence`() throws {
        let bench = try usedBench(.adaptive(hysteresis: 2))
        var stream = try bench.lease(of: 0)
        stream.ignoreLatency()
        bench.advance(by: .seconds(3))
        #expect(try (0..<30).map { _ in try bench.use(.neutral) }.count { $0 == 0 } == 10)
        stream.finish(.success)
    }

    @Test func `An endpoint with an open stream is explored all the same`() throws {
        let bench = try usedBench()
        var stream = try bench.lease(of: 0)
        stream.ignoreLatency()
        stream.ignoreLatency()
        try bench.lease(of: 0).finish(.failure(.server))
        let picks = try (0..<700).map { _ in try bench.use(for: .milliseconds(10)) }
        #expect(!picks.prefix(300).contains(0))
        #expect(picks.contains(0))
        stream.finish(.success)
        // A stream that has ended excuses no later silence.
        let lost = try bench.lease(of: 0)
        bench.advance(by: .seconds(1))
        #expect(try (0..<50).allSatisfy { _ in try bench.use(for: .milliseconds(10)) != 0 })
        lost.finish(.neutral)
    }

    @Test(arguments: AllPolicies.all)
    func `A clock that stands still or goes back does no harm`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, .weighted([1, 1, 1]))
        for (step, jump) in [0, -500, 0, 3, -999, -5000, 0.5, 1e9, -1e9].enumerated() {
            var held: [SharedLease] = []
            for key in 0..<30 {
                let outcome: Outcome = key % 7 == 0 ? .failure(.server) : .success
                try bench.use(outcome, for: .zero, PickOptions(key: HashKey(key)))
                held.append(SharedLease(try bench.balancer.pick(PickOptions(key: HashKey(key)))))
            }
            bench.advance(by: .seconds(jump))
            for lease in held { lease.finish(step % 2 == 0 ? .success : .neutral) }
            for report in bench.balancer.endpoints {
                #expect(report.outstanding == 0)
                #expect(report.latency ?? .zero >= .zero)
            }
        }
        // Every endpoint is used as before, once the clock goes on.
        bench.advance(by: .seconds(2_000_000_000))
        let picks = try (0..<90).map { try bench.use(for: .milliseconds(10), PickOptions(key: HashKey($0))) }
        #expect(Set(picks).count == (policy.description == "pickFirst" ? 1 : 3))
    }

    private func usedBench(_ policy: BuiltInPolicy = .adaptive) throws -> BalancerBench {
        let bench = BalancerBench(policy, .weighted([1, 1, 1]))
        for _ in 0..<9 { try bench.use(for: .milliseconds(10)) }
        return bench
    }
}
