// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

/// Large numbers of endpoints that fail at once. Building their snapshot takes long, and a caller's thread builds it.
@Suite(.timeLimit(.minutes(1)))
struct MassFailureTests {
    @Test func `Snapshots take at most a twentieth of the time, however many endpoints fail`() throws {
        let bench = CostlyBench(.weightedRoundRobin, endpoints: 400, cost: .microseconds(1))
        let start = bench.elapsed
        var (failures, most) = ([Int: Int](), 0)
        for _ in 0..<4000 {
            bench.advance(by: .microseconds(10))
            let before = bench.built
            let lease = try bench.balancer.pick()
            let number = lease.endpoint.number
            let isBad = number.isMultiple(of: 2)
            if isBad { failures[number, default: 0] += 1 }
            lease.finish(isBad ? .failure(.connect) : .success)
            most = max(most, bench.built - before)
        }
        #expect(bench.ejected.count == 200)
        // Three failures eject an endpoint, which then receives no request, with or without a new snapshot.
        #expect(failures.count == 200 && failures.values.allSatisfy { $0 == 3 })
        #expect(most == 1)
        // The exceptions: the update, and the first snapshot, which no pause delayed.
        let spent = bench.spent - .microseconds(2 * 400)
        #expect(spent * 20 <= bench.elapsed - start)
        #expect(bench.built >= 3)
    }

    @Test(arguments: AllPolicies.all)
    func `An ejection keeps requests away before a snapshot contains it`(policy: any BalancingPolicy) throws {
        let bench = CostlyBench(policy, endpoints: 6, cost: .milliseconds(1))
        let built = bench.built
        var victims: Set<Int> = []
        for key in 0..<200 where victims.count < 3 {
            let lease = try bench.balancer.pick(PickOptions(key: HashKey(key)))
            #expect(!victims.contains(lease.endpoint.number))
            lease.finish(.failure(.connect))
            victims = Set(bench.ejected)
        }
        #expect(victims.count == 3)
        for key in 0..<200 {
            let lease = try bench.balancer.pick(PickOptions(key: HashKey(key)))
            #expect(!victims.contains(lease.endpoint.number))
        }
        #expect(bench.built == built)
        bench.advance(by: .seconds(1))
        let picks = try (0..<200).map { try bench.balancer.pick(PickOptions(key: HashKey($0))).endpoint.number }
        #expect(victims.isDisjoint(with: picks))
        #expect(bench.built == built + 1)
    }

    @Test func `The next priority is used at once when all of the first is ejected`() throws {
        let first = (0..<3).map { Endpoint.numbered($0) }
        let second = (10..<20).map { Endpoint.numbered($0, priority: 2) }
        let bench = CostlyBench(.weightedRoundRobin, first + second, cost: .milliseconds(1))
        for _ in 0..<200 {
            let lease = try bench.balancer.pick()
            let isFirst = lease.endpoint.number < 10
            lease.finish(isFirst ? .failure(.connect) : .success)
        }
        #expect(bench.ejected == [0, 1, 2])
        let picks = try (0..<50).map { _ in try bench.balancer.pick().endpoint.number }
        #expect(picks.allSatisfy { $0 >= 10 })
        #expect(Set(picks).count == 10)
    }

    @Test func `An endpoint without weight stays spare while some endpoints with weight are ejected`() throws {
        let bench = CostlyBench(
            .random,
            .weighted([1, 1, 0, 0, 0, 0, 0, 0]),
            cost: .milliseconds(1)
        )
        for _ in 0..<100 where bench.ejected.isEmpty {
            let lease = try bench.balancer.pick()
            let isBad = lease.endpoint.number == 0
            lease.finish(isBad ? .failure(.connect) : .success)
        }
        #expect(bench.ejected == [0])
        #expect(try (0..<5000).allSatisfy { _ in try bench.balancer.pick().endpoint.number == 1 })
    }

    @Test func `Ejected endpoints are used as well when the balancer fails open`() throws {
        var endpoints: [Endpoint] = .weighted([1, 1, 1])
        let bench = BalancerBench(.weightedRoundRobin, endpoints)
        try bench.fail(0)
        for index in 1...2 { endpoints[index].probe = .down }
        bench.balancer.update(endpoints)
        #expect(try Set(bench.picks(30)) == [0, 1, 2])
    }

    @Test func `Threads that report thousands of failures build few snapshots`() async throws {
        let policy = CountingPolicy()
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        let balancer = LoadBalancer(configuration: configuration, seed: 1)
        balancer.update((0..<1000).map { .numbered($0) })
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<2000 {
                        guard let lease = try? balancer.pick() else { continue }
                        let isBad = lease.endpoint.number.isMultiple(of: 2)
                        lease.finish(isBad ? .failure(.connect) : .success)
                    }
                }
            }
        }
        let ejected = balancer.endpoints.count { report in
            if case .eligible = report.state { false } else { true }
        }
        #expect(ejected > 400)
        #expect(policy.pickersMade * 10 < ejected)
    }
}

/// A balancer with a clock that only the test advances, and a policy that takes a fixed time for each candidate when it
/// builds a picker.
private final class CostlyBench: Sendable {
    private struct State {
        var now = Moment.seconds(1000)
        var spent = Duration.zero
        var built = 0
    }

    private struct Policy: BalancingPolicy {
        let base: any BalancingPolicy
        let cost: Duration
        let state: NIOLockedValueBox<State>

        var description: String { base.description }
        var measuresLatency: Bool { base.measuresLatency }
        var tierChoice: TierChoice { base.tierChoice }

        func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
            state.withLockedValue { state in
                state.now = state.now + cost * candidates.count
                state.spent += cost * candidates.count
                state.built += 1
            }
            return base.makePicker(for: candidates)
        }
    }

    let balancer: LoadBalancer
    private let state = NIOLockedValueBox(State())

    convenience init(_ policy: any BalancingPolicy, endpoints count: Int, cost: Duration) {
        self.init(policy, (0..<count).map { .numbered($0) }, cost: cost)
    }

    init(_ policy: any BalancingPolicy, _ endpoints: [Endpoint], cost: Duration) {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = Policy(base: policy, cost: cost, state: state)
        balancer = LoadBalancer(
            configuration: configuration,
            seed: 1,
            now: { [state] in state.withLockedValue { $0.now } }
        )
        balancer.update(endpoints)
    }

    func advance(by duration: Duration) { state.withLockedValue { $0.now = $0.now + duration } }

    /// The number of pickers built.
    var built: Int { state.withLockedValue { $0.built } }
    /// The time spent on building them.
    var spent: Duration { state.withLockedValue { $0.spent } }
    var elapsed: Duration { Moment.seconds(1000).duration(to: state.withLockedValue { $0.now }) }

    /// The numbers of the ejected endpoints.
    var ejected: [Int] {
        balancer.endpoints.compactMap { report in
            if case .ejected = report.state { report.endpoint.number } else { nil }
        }
    }
}
