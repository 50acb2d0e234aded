// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct ClosingTests {
    @Test(arguments: AllPolicies.all)
    func `A closed balancer throws its error at every pick`(policy: any BalancingPolicy) async throws {
        let bench = BalancerBench(policy, .weighted([1, 2, 3]))
        try bench.use()
        bench.balancer.close(because: "shut down")
        let error = #expect(throws: PickError.self) { try bench.use() }
        #expect(error?.code == .closed)
        #expect(error?.message == "shut down")
        #expect(#expect(throws: PickError.self) { try bench.use(.success, for: .zero, .excluding(1)) }?.code == .closed)
        let thrown = await #expect(throws: PickError.self) { try await bench.balancer.withEndpoint { _ in } }
        #expect(thrown?.code == .closed)
        let hedged = await #expect(throws: PickError.self) {
            try await bench.balancer.withHedgedEndpoint(after: .zero) { _ in }
        }
        #expect(hedged?.code == .closed)
        #expect(bench.balancer.endpoints.isEmpty)
    }

    @Test func `A balancer that never had endpoints can be closed`() {
        let bench = BalancerBench()
        bench.balancer.close(because: "shut down")
        #expect(#expect(throws: PickError.self) { try bench.use() }?.code == .closed)
    }

    @Test func `An update after the end does not reopen a balancer`() {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        bench.balancer.close(because: "first")
        let changes: [(LoadBalancer) -> Void] = [
            { $0.update([.numbered(1)]) },
            { $0.update([]) },
            { $0.removeAll(because: PickError(code: .empty, message: "empty")) },
            { $0.explainAbsence(PickError(code: .unknown, message: "unknown")) },
            { $0.close(because: "second") },
        ]
        for change in changes {
            change(bench.balancer)
            let error = #expect(throws: PickError.self) { try bench.use() }
            #expect(error?.code == .closed)
            #expect(error?.message == "first")
            #expect(bench.balancer.endpoints.isEmpty)
        }
    }

    @Test func `Leases in use when a balancer is closed finish as usual`() throws {
        let bench = BalancerBench(.adaptive, .weighted([1, 1]))
        let record = try bench.lease(of: 1).withRecord { $0 }
        let leases = try (0..<6).map { _ in SharedLease(try bench.lease(of: 1, .excluding(0))) }
        bench.balancer.close(because: "shut down")
        #expect(record.counters.outstanding == 6)
        for lease in leases {
            #expect(lease.endpoint.number == 1)
            lease.finish(.failure(.connect))
        }
        #expect(record.counters.outstanding == 0)
        #expect(#expect(throws: PickError.self) { try bench.use() }?.code == .closed)
    }

    @Test func `A closed balancer keeps no records`() throws {
        weak var record: EndpointRecord?
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        do {
            let lease = try bench.balancer.pick()
            record = lease.withRecord { $0 }
            bench.balancer.close(because: "shut down")
            #expect(record != nil)
            lease.finish(.success)
        }
        #expect(record == nil)
    }

    @Test func `A pick that begins after the end gets no endpoint, whatever other threads do`() async {
        for round in 0..<50 {
            let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1]))
            let isClosed = WatchedValue(false)
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<4 {
                    group.addTask {
                        for step in 0..<200 {
                            let mustFail = isClosed.current
                            bench.balancer.update(.weighted(Array(repeating: 1, count: 1 + (step + task) % 4)))
                            guard let lease = try? bench.balancer.pick() else { continue }
                            #expect(!mustFail, "round \(round)")
                            lease.finish(.failure(.connect))
                        }
                    }
                }
                group.addTask {
                    await Task.yield()
                    bench.balancer.close(because: "shut down")
                    isClosed.update { $0 = true }
                }
            }
        }
    }
}
