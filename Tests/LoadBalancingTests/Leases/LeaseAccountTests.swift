// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

/// The number of requests in flight equals the number of leases, whatever happens to leases and to the set.
struct LeaseAccountTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func `As many requests are in flight as there are leases`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let policy = AllPolicies.all[Int(seed) % AllPolicies.all.count]
        let all = (0..<6).map { Endpoint.numbered($0) }
        let bench = BalancerBench(policy, all) { $0.recordHold = .seconds(100_000) }
        var leases: [HeldLease] = []
        for _ in 0..<400 {
            bench.advance(by: .milliseconds(Int.random(in: 0...2000, using: &generator)))
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: bench.balancer.update(all.filter { _ in generator.happens(0.7) })
            case 1...5:
                let options = PickOptions(key: HashKey(Int.random(in: 0..<100, using: &generator)))
                guard let lease = try? bench.balancer.pick(options) else { continue }
                leases.append(generator.happens(0.3) ? HeldLease(shared: lease) : HeldLease(lease))
            default:
                guard let index = leases.indices.randomElement(using: &generator) else { continue }
                leases.remove(at: index).end(using: &generator)
            }
            let live = Dictionary(grouping: leases, by: \.number).mapValues(\.count)
            let wrong = bench.balancer.endpoints.filter { $0.outstanding != live[$0.endpoint.number, default: 0] }
            try #require(wrong.isEmpty, "\(wrong), but \(live)")
        }
        leases = []
        bench.balancer.update(all)
        #expect(bench.balancer.endpoints.allSatisfy { $0.outstanding == 0 })
    }

    @Test func `A lease keeps its endpoint when that is removed`() throws {
        let bench = BalancerBench(.weightedRoundRobin, [.numbered(1)])
        let lease = try bench.balancer.pick()
        bench.balancer.removeAll(because: PickError(code: .empty, message: "gone"))
        #expect(lease.endpoint.number == 1)
        // The endpoint may be listed with other properties when it returns.
        bench.balancer.update([.numbered(1, weight: 7)])
        #expect(lease.endpoint == .numbered(1, weight: 7))
        #expect(bench.report(1)?.outstanding == 1)
        lease.finish(.success)
        #expect(bench.report(1)?.outstanding == 0)
    }

    @Test func `A lease lends the host and the port of its endpoint, whatever becomes of that`() throws {
        let named = Endpoint(host: .name("a-name-that-needs-memory-of-its-own.example"), port: 81)
        let bench = BalancerBench(.weightedRoundRobin, [named])
        let lease = try bench.balancer.pick()
        #expect(lease.hostPort == named.hostPort)
        bench.balancer.update([.numbered(1)])
        #expect(lease.hostPort == named.hostPort)
        lease.finish(.success)
    }

    @Test(arguments: [.adaptive, .weightedRoundRobin] as [BuiltInPolicy])
    func `A lease that outlives its balancer still knows its endpoint`(policy: BuiltInPolicy) throws {
        weak var record: EndpointRecord?
        do {
            let lease = try leaseOfNobody(policy)
            record = lease.withRecord { $0 }
            #expect([1, 2].contains(lease.endpoint.number))
            #expect(record != nil)
            lease.finish(.failure(.server))
        }
        // The lease was the last reference to the record.
        #expect(record == nil)
    }

    /// Returns a lease from a balancer that is gone.
    private func leaseOfNobody(_ policy: BuiltInPolicy) throws -> Lease {
        let bench = BalancerBench(policy, [.numbered(1), .numbered(2)])
        let lease = try bench.balancer.pick()
        bench.balancer.update([])
        return lease
    }

    @Test func `The owners of a shared lease can end it once`() throws {
        let bench = BalancerBench(.weightedRoundRobin, [.numbered(1), .numbered(2)])
        for _ in 0..<10 {
            let lease = SharedLease(try bench.lease(of: 1))
            #expect(lease.finish(.success))
            #expect(!lease.finish(.failure(.connect)))
            lease.markFirstByte()
            lease.ignoreLatency()
        }
        #expect(bench.ejected.isEmpty)
        #expect(bench.balancer.endpoints.allSatisfy { $0.outstanding == 0 })
    }

    @Test func `The first of many concurrent ends of a shared lease counts`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, [.numbered(1)])
        for _ in 0..<50 {
            let lease = SharedLease(try bench.balancer.pick())
            let believed = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { lease.finish(.success) } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(believed == 1)
        }
        #expect(bench.report(1)?.outstanding == 0)
    }
}

/// A lease in an array, which cannot hold noncopyable values.
private final class HeldLease {
    let number: Int
    private var lease: Lease?
    private var shared: SharedLease?

    init(_ lease: consuming Lease) {
        number = lease.endpoint.number
        self.lease = consume lease
    }

    init(shared lease: consuming Lease) {
        number = lease.endpoint.number
        shared = SharedLease(lease)
    }

    /// Ends the lease in a random way; dropping it without an outcome is one of them.
    func end(using generator: inout SeededGenerator) {
        let outcomes: [Outcome?] = [nil, .neutral, .success, .failure(.server), .failure(.connect), .failure(.client)]
        guard let outcome = outcomes.randomElement(using: &generator) ?? nil else { return }
        if let lease = lease.take() { lease.finish(outcome) }
        shared?.finish(outcome)
        if generator.happens(0.3) { shared?.finish(outcome) }
    }
}
