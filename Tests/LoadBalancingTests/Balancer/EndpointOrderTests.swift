// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import TestSupport
import Testing

/// DNS shuffles its answers, Consul's API sorts them by properties without meaning for balancing, and both may list an
/// address twice.
struct EndpointOrderTests {
    @Test(arguments: AllPolicies.all)
    func `The order and repetition of endpoints do not change a single pick`(policy: any BalancingPolicy) throws {
        for seed in 0..<20 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let endpoints = (0..<Int.random(in: 1...12, using: &generator)).map { number in
                Endpoint.numbered(number, weight: UInt16.random(in: 0...9, using: &generator))
            }
            let repeated = endpoints + endpoints.filter { _ in generator.happens(0.5) }
            let expected = try picks(endpoints, policy)
            #expect(try picks(repeated.shuffled(using: &generator), policy) == expected)
        }
    }

    @Test func `The choice among several entries for one address does not depend on their order`() throws {
        for seed in 0..<50 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let entries = (0..<8).map { variant(of: $0 % 3, id: $0, using: &generator) }
            let expected = listed(entries)
            for _ in 0..<5 { #expect(listed(entries.shuffled(using: &generator)) == expected) }
        }
    }

    @Test func `The healthy entry counts among several entries for one address`() {
        var critical = Endpoint.numbered(1, weight: 9, priority: 0)
        critical.details = Endpoint.Details(id: "old", status: .critical)
        var passing = Endpoint.numbered(1)
        passing.details = Endpoint.Details(id: "new")
        #expect(listed([critical, passing]) == [passing])
        #expect(listed([passing, critical]) == [passing])
    }

    @Test func `The better priority, then the greater weight, counts among several entries for one address`() {
        let entries: [Endpoint] = [
            .numbered(1, weight: 9, priority: 2), .numbered(1, weight: 3), .numbered(1, weight: 5), .numbered(1),
        ]
        #expect(listed(entries) == [.numbered(1, weight: 5)])
    }

    @Test func `The same endpoints in another order make no new snapshot`() throws {
        let policy = CountingPolicy()
        let endpoints = [Endpoint].weighted([1, 2, 3])
        let bench = BalancerBench(policy, endpoints)
        bench.balancer.update(endpoints.reversed())
        bench.balancer.update(endpoints + endpoints)
        #expect(policy.pickersMade == 1)
    }

    private func picks(_ endpoints: [Endpoint], _ policy: any BalancingPolicy) throws -> [Int] {
        let bench = BalancerBench(policy, endpoints)
        return try (0..<100).map { try bench.use(.success, for: .milliseconds(1), PickOptions(key: HashKey($0))) }
    }

    private func listed(_ endpoints: [Endpoint]) -> [Endpoint] {
        BalancerBench(.weightedRoundRobin, endpoints).balancer.endpoints.map(\.endpoint)
    }

    private func variant(of number: Int, id: Int, using generator: inout SeededGenerator) -> Endpoint {
        var endpoint = Endpoint.numbered(
            number,
            weight: UInt16.random(in: 0...1, using: &generator),
            priority: UInt16.random(in: 1...2, using: &generator)
        )
        endpoint.probe = [nil, .up, .down].randomElement(using: &generator) ?? nil
        endpoint.node = [nil, "one", "two"].randomElement(using: &generator) ?? nil
        if generator.happens(0.7) {
            let status = Endpoint.Status.allCases.randomElement(using: &generator) ?? .passing
            endpoint.details = Endpoint.Details(id: "\(id)", status: status)
        }
        return endpoint
    }
}
