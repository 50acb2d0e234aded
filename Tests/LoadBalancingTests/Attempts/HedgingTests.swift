// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import LoadBalancing

/// Hedged requests that the test holds back instead of time: the delay is zero, or longer than any test.
@Suite(.timeLimit(.minutes(1)))
struct HedgingTests {
    private struct Broken: Error {}

    @Test func `A quick request is not hedged`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let number = try await bench.balancer.withHedgedEndpoint(after: .seconds(3600)) { $0.number }
        #expect((0...1).contains(number))
        #expect(bench.balancer.endpoints.allSatisfy { $0.outstanding == 0 })
    }

    @Test func `A late request is hedged at another endpoint, and the first success wins`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let begun = WatchedValue<[Int]>([])
        let cancelled = WatchedValue<[Int]>([])
        let winner = try await bench.balancer.withHedgedEndpoint(after: .zero) { endpoint in
            let isFirst = begun.update { numbers in
                numbers.append(endpoint.number)
                return numbers.count == 1
            }
            guard isFirst else { return endpoint.number }
            do {
                _ = try await begun.wait { $0.count > 2 }
            } catch {
                cancelled.update { $0.append(endpoint.number) }
                throw error
            }
            return -1
        }
        #expect(Set(begun.current) == [0, 1])
        #expect(winner == begun.current[1])
        #expect(cancelled.current == [begun.current[0]])
        #expect(bench.balancer.endpoints.allSatisfy { $0.outstanding == 0 })
    }

    @Test func `The first request may still win`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let begun = WatchedValue<[Int]>([])
        let winner = try await bench.balancer.withHedgedEndpoint(after: .zero) { endpoint in
            let position = begun.update { numbers in
                numbers.append(endpoint.number)
                return numbers.count
            }
            _ = try await begun.wait { position == 1 ? $0.count == 2 : $0.count > 2 }
            return endpoint.number
        }
        #expect(winner == begun.current[0])
    }

    @Test func `A failure is retried at another endpoint at once`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let begun = WatchedValue<[Int]>([])
        let winner = try await bench.balancer.withHedgedEndpoint(after: .seconds(3600)) { endpoint in
            let isFirst = begun.update { numbers in
                numbers.append(endpoint.number)
                return numbers.count == 1
            }
            if isFirst { throw Broken() }
            return endpoint.number
        }
        #expect(begun.current.count == 2)
        #expect(winner == begun.current[1] && winner != begun.current[0])
    }

    @Test func `The first error is thrown when both requests fail`() async throws {
        struct Numbered: Error { let number: Int }
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let count = WatchedValue(0)
        let error = await #expect(throws: Numbered.self) {
            try await bench.balancer.withHedgedEndpoint(after: .seconds(3600)) { _ in
                throw Numbered(
                    number: count.update {
                        $0 += 1
                        return $0
                    }
                )
            }
        }
        #expect(error?.number == 1)
        #expect(count.current == 2)
    }

    @Test func `A request without a retry budget is not hedged`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1])) {
            $0.retryBudget = RetryBudgetPolicy(ratio: 0, minimumPerSecond: 0)
        }
        let count = WatchedValue(0)
        await #expect(throws: Broken.self) {
            try await bench.balancer.withHedgedEndpoint(after: .seconds(3600)) { _ in
                count.update { $0 += 1 }
                throw Broken()
            }
        }
        #expect(count.current == 1)
    }

    @Test func `The losing request is no failure, whatever its client throws when canceled`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        for _ in 0..<10 {
            let begun = WatchedValue(0)
            try await bench.balancer.withHedgedEndpoint(after: .zero) { endpoint in
                begun.update { $0 += 1 }
                if endpoint.number == 1 {
                    _ = try await begun.wait { $0 == 2 }
                } else {
                    do { _ = try await begun.wait { $0 > 2 } } catch { throw Broken() }
                }
            }
        }
        #expect(bench.ejected.isEmpty)
    }

    @Test func `Canceling the call cancels both requests`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let begun = WatchedValue(0)
        let task = Task {
            try await bench.balancer.withHedgedEndpoint(after: .zero) { _ in
                begun.update { $0 += 1 }
                _ = try await begun.wait { $0 > 2 }
            }
        }
        _ = try await begun.wait { $0 == 2 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(bench.balancer.endpoints.allSatisfy { $0.outstanding == 0 })
    }

    @Test func `A call ends with the slower body, also if that ignores its cancellation`() async throws {
        let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]))
        let events = WatchedValue<[String]>([])
        let release = WatchedValue(false)
        let call = Task {
            let winner = try await bench.balancer.withHedgedEndpoint(after: .zero) { endpoint in
                let isFirst = events.update { events in
                    defer { events.append("begun") }
                    return events.isEmpty
                }
                guard isFirst else {
                    events.update { $0.append("won") }
                    return endpoint.number
                }
                // A task of its own, which the cancellation does not reach.
                await Task { _ = try? await release.wait { $0 } }.value
                events.update { $0.append("lost, cancelled: \(Task.isCancelled)") }
                return -1
            }
            events.update { $0.append("returned") }
            return winner
        }
        _ = try await events.wait { $0.contains("won") }
        for _ in 0..<10 { await Task.yield() }
        #expect(bench.balancer.endpoints.map(\.outstanding).reduce(0, +) == 1)
        release.update { $0 = true }
        #expect((0...1).contains(try await call.value))
        #expect(events.current == ["begun", "begun", "won", "lost, cancelled: true", "returned"])
        #expect(bench.balancer.endpoints.allSatisfy { $0.outstanding == 0 })
    }
}
