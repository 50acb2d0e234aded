// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

@testable import LoadBalancing

/// The cursor has 32 bits: at a million picks a second it wraps around every 72 minutes.
struct CursorWraparoundTests {
    /// A seed with which the first tier begins at the cursor 2^32 - 10.
    private static let seed: UInt64 = 0xFA74_F322_71DE_2B28

    @Test(arguments: AllPolicies.all)
    func `A wraparound of the cursor does no harm`(policy: any BalancingPolicy) throws {
        #expect(UInt32(truncatingIfNeeded: StableHash.mix(Self.seed, 0)) == UInt32.max - 9)
        let bench = BalancerBench(policy, .weighted([1, 2, 3]), seed: Self.seed)
        let picks = try bench.picks(40)
        #expect(picks.allSatisfy { (0...2).contains($0) })
    }

    @Test func `Rotation is regular before and after the cursor wraps around`() throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1]), seed: Self.seed)
        // 2^32 - 10 is a multiple of three; 2^32 is not, so the sequence jumps there.
        #expect(try bench.picks(16) == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 0, 1, 2, 0, 1, 2])
    }

    @Test func `A custom picker receives cursors that wrap around`() throws {
        let bench = BalancerBench(CountingPolicy(), .weighted([1, 1, 1]), seed: Self.seed)
        #expect(try bench.picks(12) == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 0, 1])
    }

    @Test func `The rotation of priorities wraps around, too`() throws {
        let context = BalancerContext(
            ejection: nil,
            timeConstant: .seconds(10),
            failurePenalty: .seconds(5),
            seed: 1,
            clock: .manual { .seconds(1) }
        )
        let tiers = (0..<3).map { number in
            let endpoint = Endpoint.numbered(number)
            let target = EndpointRecord(.init(host: endpoint.host, port: endpoint.port), context: context)
            let candidate = Candidate(
                RegisteredEndpoint(endpoint: endpoint, record: target, joinedAt: nil, order: nil),
                weight: 1
            )
            return CandidateTier(
                [candidate],
                load: [50, 30, 20][number],
                policy: .weightedRoundRobin,
                seed: 1,
                cursor: .max
            )
        }
        let snapshot = Snapshot(
            endpoints: [],
            tiers: tiers,
            flags: [],
            nextChange: nil,
            absence: .empty,
            measuresLatency: false,
            hasProbation: false,
            tierSelector: TierSelector(identities: [1, 2, 3], loads: [50, 30, 20], by: .turns, seed: 1),
            turn: .max - 10
        )
        var counts = [0, 0, 0]
        for _ in 0..<31 {
            let lease = Lease(snapshot.pick(PickOptions(), at: .distantPast))
            guard let number = lease?.endpoint.number else { continue }
            counts[number] += 1
        }
        #expect(counts.reduce(0, +) == 31)
        for (count, share) in zip(counts, [15.5, 9.3, 6.2]) { #expect(abs(Double(count) - share) <= 2.5) }
    }
}
