// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

struct AttemptTests {
    private struct Failed: Error {}

    @Test(arguments: AllPolicies.all)
    func `Each attempt goes to another endpoint while there is one`(policy: any BalancingPolicy) async throws {
        let bench = BalancerBench(policy, .weighted([9, 1, 0, 3]))
        let tried = await attempts(6, on: bench)
        #expect(tried.count == 6)
        #expect(Set(tried.prefix(4)).count == 4)
    }

    @Test(arguments: [-1, 0, 1, 2, 3])
    func `The number of attempts is at most the requested one, and at least one`(wanted: Int) async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1, 1]))
        #expect(await attempts(wanted, on: bench).count == max(1, wanted))
    }

    @Test func `A successful attempt is the last`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1]))
        var tried: [Int] = []
        let result = try await bench.balancer.withEndpoint(attempts: 3) { endpoint in
            tried.append(endpoint.number)
            if tried.count == 1 { throw Failed() }
            return endpoint.number
        }
        #expect(tried.count == 2 && result == tried[1])
    }

    @Test func `The error of the last attempt is thrown when no endpoint is left`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        await #expect(throws: Failed.self) {
            try await bench.balancer.withEndpoint(attempts: 3) { _ in
                bench.balancer.update([])
                throw Failed()
            }
        }
    }

    @Test func `An error that is not the fault of the endpoint is not retried`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1]))
        for outcome in [.neutral, .failure(.client), .success] as [Outcome] {
            #expect(await attempts(3, on: bench, outcome).count == 1)
        }
    }

    @Test func `A canceled task makes no further attempt`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1]))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await attempts(3, on: bench).count
        }
        #expect(await task.value == 1)
    }

    @Test func `A spent budget ends the attempts`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1])) {
            $0.retryBudget = RetryBudgetPolicy(ratio: 0.2, minimumPerSecond: 0)
            $0.ejection = nil
        }
        var total = 0
        for _ in 0..<100 { total += await attempts(3, on: bench).count }
        #expect(total == 120)
        bench.advance(by: .seconds(10))
        #expect(await attempts(3, on: bench).count == 1)
    }

    @Test func `Endpoints that the caller excludes stay excluded`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1, 1]))
        let tried = await attempts(2, on: bench, options: .excluding(1))
        #expect(Set(tried) == [0, 2])
    }

    /// Returns the endpoints of the given number of attempts, all of which fail.
    private func attempts(
        _ count: Int,
        on bench: BalancerBench,
        _ outcome: Outcome = .failure(.server),
        options: PickOptions = PickOptions(key: "a key")
    ) async -> [Int] {
        var tried: [Int] = []
        try? await bench.balancer.withEndpoint(options, attempts: count, classifying: { _ in outcome }) { endpoint in
            tried.append(endpoint.number)
            throw Failed()
        }
        return tried
    }
}
