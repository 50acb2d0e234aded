// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

@testable import LoadBalancing

struct HashedPickTests {
    private let all = (0..<10).map { Endpoint.numbered($0, weight: UInt16(1 + $0 % 3)) }

    @Test func `A removed endpoint moves its own keys and no others`() throws {
        let bench = BalancerBench(.hashed, all)
        let before = try mapping(bench)
        for gone in [0, 4, 9] {
            bench.balancer.update(all.filter { $0.number != gone })
            for (key, (old, new)) in zip(before, try mapping(bench)).enumerated() where old != new {
                #expect(old == gone, "\(key)")
            }
        }
        bench.balancer.update(all)
        #expect(try mapping(bench) == before)
    }

    @Test func `An ejected endpoint loses its keys to the same endpoints as a removed one`() throws {
        let bench = BalancerBench(.hashed, all)
        bench.balancer.update(all.filter { $0.number != 3 })
        let without = try mapping(bench)
        bench.balancer.update(all)
        #expect(try bench.fail(3))
        #expect(try mapping(bench) == without)
    }

    @Test func `More weight moves keys to one endpoint only`() throws {
        let bench = BalancerBench(.hashed, all)
        let before = try mapping(bench)
        bench.balancer.update(all.map { $0.number == 5 ? .numbered(5, weight: 9) : $0 })
        let after = try mapping(bench)
        #expect(zip(before, after).allSatisfy { $0 == $1 || $1 == 5 })
        #expect(after.count { $0 == 5 } > before.count { $0 == 5 })
    }

    @Test(arguments: [64, 0])
    func `A key has an order of endpoints for failover`(largestExactSet: Int) throws {
        let bench = BalancerBench(.hashed(largestExactSet: largestExactSet), all)
        for key in 0..<50 {
            var options = PickOptions(key: HashKey(key))
            var order: [Int] = []
            while order.count < all.count {
                let lease = try bench.balancer.pick(options)
                order.append(lease.endpoint.number)
                options.excluded.append(lease.endpoint.hostPort)
            }
            #expect(Set(order).count == all.count)
            // Only the set of excluded endpoints matters, not their order.
            options.excluded = Array(options.excluded.prefix(5).reversed())
            #expect(try bench.use(.neutral, options) == order[5])
        }
    }

    @Test func `A load bound keeps one key from filling one endpoint`() throws {
        let bench = BalancerBench(.hashed(loadBound: 1.25), .weighted([1, 1, 1, 1]))
        var held: [SharedLease] = []
        for total in 1...100 {
            held.append(SharedLease(try bench.balancer.pick(PickOptions(key: "always the same"))))
            let most = bench.balancer.endpoints.map(\.outstanding).max() ?? 0
            #expect(Double(most) <= (1.25 * Double(total) / 4).rounded(.up))
        }
        _ = held
    }

    @Test func `A key stays at its endpoint as long as that is within the bound`() throws {
        let bench = BalancerBench(.hashed(loadBound: 1.25), all)
        let plain = BalancerBench(.hashed, all)
        #expect(try mapping(bench) == mapping(plain))
    }

    @Test func `Two processes agree, whatever their seeds`() throws {
        #expect(try mapping(BalancerBench(.hashed, all, seed: 1)) == mapping(BalancerBench(.hashed, all, seed: 2)))
    }

    private func mapping(_ bench: BalancerBench) throws -> [Int] {
        try (0..<400).map { try bench.use(.neutral, PickOptions(key: HashKey($0))) }
    }
}
