// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import Testing

struct PickingTests {
    @Test func `A pick before the first update fails`() {
        let error = #expect(throws: PickError.self) { try BalancerBench().use() }
        #expect(error?.code == .stillLoading)
    }

    @Test func `Picking from an empty service throws .empty`() {
        let bench = BalancerBench()
        bench.balancer.update([])
        #expect(#expect(throws: PickError.self) { try bench.use() }?.code == .empty)
        bench.balancer.removeAll(because: PickError(code: .empty, message: "because"))
        #expect(#expect(throws: PickError.self) { try bench.use() }?.message == "because")
    }

    @Test func `A failed lookup keeps the endpoints`() throws {
        let bench = BalancerBench()
        bench.balancer.explainAbsence(PickError(code: .unknown, message: "silence"))
        #expect(#expect(throws: PickError.self) { try bench.use() }?.code == .unknown)
        bench.balancer.update([.numbered(1)])
        bench.balancer.explainAbsence(PickError(code: .unknown, message: "silence"))
        #expect(try bench.use() == 1)
    }

    @Test func `Equal endpoints take turns`() throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1]))
        let picks = try bench.picks(9)
        #expect(Set(picks.prefix(3)) == [0, 1, 2])
        #expect(picks.prefix(3) == picks.dropFirst(3).prefix(3))
        #expect(picks.prefix(3) == picks.dropFirst(6))
    }

    @Test(arguments: [[1, 2, 3], [5, 1, 1], [0, 3, 1], [65_535, 65_535]] as [[UInt16]])
    func `A cycle contains each endpoint as often as its weight says`(weights: [UInt16]) throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted(weights))
        let sum = weights.reduce(0) { $0 + Int($1) }
        let picks = try bench.picks(min(sum, 1000))
        for (number, weight) in weights.enumerated() where sum <= 1000 {
            #expect(picks.count { $0 == number } == Int(weight))
        }
    }

    @Test(arguments: policies)
    func `A retry avoids the endpoint that failed while there is another`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, .weighted([1, 5, 1]))
        for key in 0..<50 {
            var options = PickOptions(key: HashKey(key))
            var tried: Set<Int> = []
            for _ in 0..<3 {
                let lease = try bench.balancer.pick(options)
                #expect(tried.insert(lease.endpoint.number).inserted)
                options.excluded.append(lease.endpoint.hostPort)
            }
            // When all are excluded, any endpoint is used.
            _ = try bench.balancer.pick(options)
        }
    }

    static let policies: [any BalancingPolicy] = [
        .weightedRoundRobin, .leastOutstanding, .adaptive, .hashed, .random, .pickFirst,
    ]
}
