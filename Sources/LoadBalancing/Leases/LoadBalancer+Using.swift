// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NetworkAddress

extension LoadBalancer {
    /// Says what an error says about the endpoint.
    public typealias Classifier = @Sendable (any Error) -> Outcome

    /// Picks an endpoint, uses it, and reports how that went.
    ///
    /// A body that returns is a success; what an error means is for the classifier to say. To say more than that, such as that
    /// an answer was no good or when it began, use ``withLease(_:attempts:classifying:_:)``.
    ///
    /// - Parameters:
    ///   - options: What to heed beside the policy.
    ///   - attempts: How many endpoints to try at most. More than one is for what may be done twice. Each further one goes to
    ///     another endpoint while there is another, if the last one failed by its own fault and the
    ///     ``Configuration/retryBudget`` allows it.
    ///   - classify: What an error says about the endpoint.
    ///   - body: What to do with the endpoint.
    /// - Throws: ``PickError`` if there is no endpoint; otherwise what the body throws, from the last attempt.
    nonisolated(nonsending) public func withEndpoint<Output>(
        _ options: PickOptions = PickOptions(),
        attempts: Int = 1,
        classifying classify: @escaping Classifier = Outcome.classifying,
        _ body: nonisolated(nonsending) (Endpoint) async throws -> Output
    ) async throws -> Output {
        try await withLease(options, attempts: attempts, classifying: classify) { lease in
            try await body(lease.endpoint)
        }
    }

    /// Picks an endpoint, uses it, and reports how that went, as ``withEndpoint(_:attempts:classifying:_:)`` does. The body
    /// can say more about it: ``Lease/outcome``, ``Lease/markFirstByte()``, ``Lease/ignoreLatency()``.
    nonisolated(nonsending) public func withLease<Output>(
        _ options: PickOptions = PickOptions(),
        attempts: Int = 1,
        classifying classify: @escaping Classifier = Outcome.classifying,
        _ body: nonisolated(nonsending) (inout Lease) async throws -> Output
    ) async throws -> Output {
        var options = options
        var remaining = max(attempts, 1)
        budget.withLockedValue { $0.deposit(at: context.now) }
        var lease = try pick(options)
        while true {
            do {
                let output = try await body(&lease)
                let outcome = lease.outcome ?? .success
                lease.finish(outcome)
                return output
            } catch {
                let outcome = lease.outcome ?? classify(error)
                options.excluded.append(lease.endpoint.hostPort)
                lease.finish(outcome)
                remaining -= 1
                guard outcome.isFailure, remaining > 0, !Task.isCancelled, mayTryAgain() else { throw error }
                // What went wrong says more than that there is nobody left to try it with.
                guard let next = try? pick(options) else { throw error }
                lease = next
            }
        }
    }

    /// Whether one more attempt is within the budget, which is less by one then.
    func mayTryAgain() -> Bool {
        budget.withLockedValue { $0.withdraw(at: context.now) }
    }
}
