// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `What speaks against an endpoint` {
    /// Returns the verdict after the last of these outcomes.
    private func reason(_ outcomes: [Outcome], _ policy: EjectionPolicy = EjectionPolicy()) -> Ejection.Reason? {
        var evidence = FailureEvidence(EjectionRules(policy))
        return outcomes.reduce(nil) { _, outcome in evidence.count(outcome, at: .seconds(1)) }
    }

    private func times(_ count: Int, _ kind: FailureKind) -> [Outcome] {
        Array(repeating: .failure(kind), count: count)
    }

    @Test func `Five failures in a row, or three failures to connect, are evidence`() {
        #expect(reason(times(4, .server)) == nil)
        #expect(reason(times(5, .server)) == .consecutiveFailures)
        #expect(reason(times(2, .timeout) + times(3, .server)) == .consecutiveFailures)
        #expect(reason(times(2, .connect)) == nil)
        #expect(reason(times(3, .connect)) == .consecutiveConnectFailures)
        #expect(reason(times(2, .connect) + times(2, .server) + times(1, .connect)) == .consecutiveFailures)
    }

    @Test func `A success clears the evidence, and an outcome without information does not`() {
        #expect(reason(times(4, .server) + [.success] + times(4, .server)) == nil)
        #expect(reason(times(2, .connect) + [.success] + times(2, .connect)) == nil)
        #expect(reason(times(4, .server) + [.neutral] + times(9, .client) + times(1, .server)) == .consecutiveFailures)
    }

    @Test func `Failures to connect are not in a row if a server answered between them`() {
        #expect(reason(times(2, .connect) + times(1, .server) + times(1, .connect)) == nil)
        #expect(reason(times(2, .connect) + times(1, .overload()) + times(1, .connect)) == nil)
        #expect(reason(times(2, .connect) + times(1, .timeout) + times(1, .connect)) == .consecutiveConnectFailures)
    }

    @Test func `Overload is evidence by its share only`() {
        #expect(reason(times(19, .overload())) == nil)
        #expect(reason(times(20, .overload())) == .successRate)
        #expect(reason(times(4, .server) + times(1, .overload()) + times(1, .server)) == .consecutiveFailures)
    }

    @Test func `An error of the caller is never evidence`() {
        #expect(reason(times(1_000, .client)) == nil)
        #expect(reason(Array(repeating: .neutral, count: 1_000)) == nil)
        // Nor do such outcomes replace missing samples.
        #expect(reason(times(40, .client) + times(4, .overload())) == nil)
    }

    @Test func `A share of failures is evidence without many failures in a row`() {
        let mixed = (0..<21).map { $0 % 3 == 1 ? Outcome.success : .failure(.server) }
        #expect(reason(mixed) == .successRate)
    }

    @Test func `A policy with every rule off finds no evidence`() {
        let off = EjectionPolicy(consecutiveFailures: 0, consecutiveConnectFailures: 0, successRate: 0)
        #expect(reason(times(1_000, .connect), off) == nil)
    }

    @Test func `A success never yields evidence, though old successes have left the window`() {
        var evidence = FailureEvidence(EjectionRules(EjectionPolicy()))
        for _ in 0..<100 { _ = evidence.count(.success, at: .seconds(1)) }
        for _ in 0..<20 { #expect(evidence.count(.failure(.overload()), at: .seconds(20)) == nil) }
        #expect(evidence.count(.success, at: .seconds(40)) == nil)
        #expect(evidence.count(.failure(.overload()), at: .seconds(40)) == .successRate)
    }
}
