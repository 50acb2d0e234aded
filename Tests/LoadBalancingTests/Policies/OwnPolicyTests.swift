// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import LoadBalancing

/// Custom policies of users. Their code is not restricted: it runs without a lock, and its results are checked.
@Suite(.timeLimit(.minutes(1)))
struct OwnPolicyTests {
    @Test(arguments: [-1, 3, .max, .min])
    func `An index out of range does no harm`(index: Int) throws {
        let bench = BalancerBench(ScriptedPolicy { _ in index }, .weighted([1, 1, 1]))
        let picks = try bench.picks(60)
        #expect(Set(picks) == [0, 1, 2])
        #expect(try Set((0..<30).map { _ in try bench.use(.neutral, .excluding(0)) }) == [1, 2])
    }

    @Test func `A picker that insists on an endpoint does not get it when it is excluded`() throws {
        let bench = BalancerBench(ScriptedPolicy { _ in 1 }, .weighted([1, 1, 1]))
        #expect(try Set(bench.picks(10)) == [1])
        #expect(try (0..<20).allSatisfy { _ in try bench.use(.neutral, .excluding(1)) != 1 })
    }

    @Test func `A picker may pick and change the set`() throws {
        let box = NIOLockedValueBox<BalancerBench?>(nil)
        let depth = NIOLockedValueBox(0)
        let policy = ScriptedPolicy { count in
            let isOutermost = depth.withLockedValue { depth in
                depth += 1
                return depth == 1
            }
            defer { depth.withLockedValue { $0 -= 1 } }
            if isOutermost, let bench = box.withLockedValue({ $0 }) {
                _ = try? bench.balancer.pick()
                bench.balancer.update(.weighted(Array(repeating: 1, count: 2 + count % 3)))
                _ = bench.balancer.endpoints
            }
            return 0
        }
        let bench = BalancerBench(policy, .weighted([1, 1]))
        box.withLockedValue { $0 = bench }
        #expect(try bench.picks(20) == Array(repeating: 0, count: 20))
        #expect((2...4).contains(bench.balancer.endpoints.count))
        box.withLockedValue { $0 = nil }
    }

    @Test func `A policy that changes the set during the creation of its picker is called again`() throws {
        let box = NIOLockedValueBox<BalancerBench?>(nil)
        let policy = ScriptedPolicy(
            whenMade: { count in
                if count == 2 { box.withLockedValue { $0 }?.balancer.update(.weighted([1, 1, 1])) }
            },
            pick: { count in count - 1 }
        )
        let bench = BalancerBench(policy)
        box.withLockedValue { $0 = bench }
        bench.balancer.update(.weighted([1, 1]))
        #expect(try bench.use() == 2)
        box.withLockedValue { $0 = nil }
    }

    @Test func `The reported endpoints are those of picks, and not yet those of the update under way`() throws {
        let box = NIOLockedValueBox<BalancerBench?>(nil)
        let reported = NIOLockedValueBox<[Int]>([])
        let policy = ScriptedPolicy(
            whenMade: { _ in
                guard let bench = box.withLockedValue({ $0 }) else { return }
                let numbers = bench.balancer.endpoints.map(\.endpoint.number)
                reported.withLockedValue { $0 = numbers }
            },
            pick: { _ in 0 }
        )
        let bench = BalancerBench(policy, .weighted([1]))
        box.withLockedValue { $0 = bench }
        bench.balancer.update(.weighted([1, 1]))
        #expect(reported.withLockedValue { $0 } == [0])
        #expect(bench.balancer.endpoints.map(\.endpoint.number) == [0, 1])
        box.withLockedValue { $0 = nil }
    }

    @Test func `A picker sees the current loads`() throws {
        let seen = NIOLockedValueBox<[Int]>([])
        let policy = ScriptedPolicy(
            whenMade: { _ in },
            pick: { _ in 0 },
            look: { candidates in seen.withLockedValue { $0 = candidates.map(\.outstanding) } }
        )
        let bench = BalancerBench(policy, .weighted([1, 1]))
        let leases = try (0..<4).map { _ in SharedLease(try bench.balancer.pick()) }
        #expect(seen.withLockedValue { $0 } == [3, 0])
        for lease in leases { lease.finish(.success) }
        _ = try bench.balancer.pick()
        #expect(seen.withLockedValue { $0 } == [0, 0])
    }
}

/// A policy that runs the closures of the test.
private struct ScriptedPolicy: BalancingPolicy {
    var whenMade: @Sendable (Int) -> Void = { _ in }
    var pick: @Sendable (Int) -> Int
    var look: @Sendable ([Candidate]) -> Void = { _ in }

    var description: String { "scripted" }

    init(_ pick: @escaping @Sendable (Int) -> Int) {
        self.pick = pick
    }

    init(
        whenMade: @escaping @Sendable (Int) -> Void,
        pick: @escaping @Sendable (Int) -> Int,
        look: @escaping @Sendable ([Candidate]) -> Void = { _ in }
    ) {
        (self.whenMade, self.pick, self.look) = (whenMade, pick, look)
    }

    func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        whenMade(candidates.count)
        return Picker(policy: self, candidates: candidates)
    }

    private final class Picker: EndpointPicker {
        private let policy: ScriptedPolicy
        private let candidates: [Candidate]

        init(policy: ScriptedPolicy, candidates: [Candidate]) {
            (self.policy, self.candidates) = (policy, candidates)
        }

        func pick(for request: borrowing PickRequest) -> Int {
            policy.look(candidates)
            return policy.pick(candidates.count)
        }
    }
}
