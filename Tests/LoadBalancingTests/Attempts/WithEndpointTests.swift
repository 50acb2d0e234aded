// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import TestSupport
import Testing

@testable import LoadBalancing

struct WithEndpointTests {
    private struct Broken: Error {}

    private struct Telling: OutcomeReporting { let outcome: Outcome }

    private let bench = BalancerBench(.adaptive, .weighted([1, 1]))

    @Test func `The result of the body is returned, and counts as a success`() async throws {
        let number = try await bench.balancer.withEndpoint { endpoint in
            bench.advance(by: .milliseconds(20))
            return endpoint.number
        }
        #expect(bench.report(number)?.latency == .milliseconds(20))
        #expect(bench.report(number)?.outstanding == 0)
    }

    @Test func `The error of the body is thrown, and counts as a failure`() async throws {
        let number = try await failing(Broken())
        // The latency is the price of a failure.
        #expect(bench.report(number)?.latency == .seconds(5))
    }

    @Test func `An error may state its outcome`() async throws {
        let number = try await failing(Telling(outcome: .failure(.client)))
        #expect(bench.report(number)?.latency == .milliseconds(1))
        let other = try await failing(Telling(outcome: .failure(.overload(retryAfter: .seconds(2)))))
        #expect(bench.report(other)?.latency == .seconds(2))
    }

    @Test func `The caller may state the outcome of an error`() async throws {
        let number = try await failing(Broken()) { $0 is Broken ? .neutral : .failure(.server) }
        #expect(bench.report(number)?.latency == nil)
    }

    @Test func `A cancellation says nothing about the endpoint`() async throws {
        let number = try await failing(CancellationError())
        #expect(bench.report(number)?.latency == nil)
        #expect(bench.report(number)?.outstanding == 0)
    }

    @Test
    func `Another error of a canceled task says nothing about the endpoint, unless it states an outcome`() async throws
    {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return [Outcome.classifying(Broken()), Outcome.classifying(Telling(outcome: .failure(.connect)))]
        }
        #expect(await task.value == [.neutral, .failure(.connect)])
        #expect(Outcome.classifying(Broken()) == .failure(.server))
    }

    @Test func `The body may state an outcome other than the derived one`() async throws {
        let number = try await bench.balancer.withLease { lease in
            lease.outcome = .failure(.server)
            return lease.endpoint.number
        }
        #expect(bench.report(number)?.latency == .seconds(5))
    }

    @Test func `The time to the first byte counts as the latency if the body marks it`() async throws {
        let number = try await bench.balancer.withLease { lease in
            bench.advance(by: .milliseconds(30))
            lease.markFirstByte()
            bench.advance(by: .seconds(60))
            lease.markFirstByte()
            return lease.endpoint.number
        }
        #expect(bench.report(number)?.latency == .milliseconds(30))
    }

    @Test func `The latency does not count if the body says so`() async throws {
        let number = try await bench.balancer.withLease { lease in
            lease.ignoreLatency()
            bench.advance(by: .seconds(60))
            return lease.endpoint.number
        }
        #expect(bench.report(number)?.latency == nil)
    }

    @Test func `The body is not called without endpoints`() async throws {
        let error = await #expect(throws: PickError.self) {
            try await BalancerBench().balancer.withEndpoint { _ in Issue.record("called") }
        }
        #expect(error?.code == .stillLoading)
    }

    /// Returns the endpoint that a body used which takes a millisecond and throws.
    private func failing(
        _ error: any Error,
        classifying classify: @escaping LoadBalancer.Classifier = Outcome.classifying
    ) async throws -> Int {
        let number = WatchedValue(-1)
        await #expect(throws: (any Error).self) {
            try await bench.balancer.withEndpoint(classifying: classify) { endpoint in
                number.update { $0 = endpoint.number }
                bench.advance(by: .milliseconds(1))
                throw error
            }
        }
        return number.current
    }
}
