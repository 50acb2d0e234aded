// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NetworkAddress

extension LoadBalancer {
    /// A function that maps an error to the outcome for the endpoint.
    public typealias Classifier = @Sendable (any Error) -> Outcome

    /// Picks an endpoint, uses it, and reports the outcome.
    ///
    /// A body that returns is a success; the classifier decides what an error means. To report more than that, such as
    /// that an answer was no good or when it began, use ``withLease(_:attempts:classifying:_:)``.
    ///
    /// - Parameters:
    ///   - options: The key and the excluded endpoints of the picks.
    ///   - attempts: The largest number of endpoints to try. More than one is for operations that may be done twice.
    ///     Each further attempt goes to another endpoint while there is another, if the last endpoint was at fault and
    ///     ``Configuration/retryBudget`` allows it.
    ///   - classify: Maps an error to the outcome for the endpoint.
    ///   - body: The use of the endpoint.
    /// - Throws: ``PickError`` if there is no endpoint; otherwise the error of the body, from the last attempt.
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

    /// Picks an endpoint, uses it, and reports the outcome, as ``withEndpoint(_:attempts:classifying:_:)`` does. The
    /// body can say more about it: ``Lease/outcome``, ``Lease/markFirstByte()``, ``Lease/ignoreLatency()``.
    ///
    /// - Throws: As ``withEndpoint(_:attempts:classifying:_:)``.
    nonisolated(nonsending) public func withLease<Output>(
        _ options: PickOptions = PickOptions(),
        attempts: Int = 1,
        classifying classify: @escaping Classifier = Outcome.classifying,
        _ body: nonisolated(nonsending) (inout Lease) async throws -> Output
    ) async throws -> Output {
        var options = options
        var remaining = max(attempts, 1)
        countRequest()
        var lease = try pick(options)
        while true {
            do {
                let output = try await body(&lease)
                let outcome = lease.outcome ?? .success
                lease.finish(outcome)
                return output
            } catch {
                let outcome = lease.outcome ?? classify(error)
                options.excluded.append(lease.hostPort)
                lease.finish(outcome)
                remaining -= 1
                guard outcome.isFailure, remaining > 0, !Task.isCancelled, mayTryAgain() else { throw error }
                // The error of the last attempt says more than the lack of another endpoint.
                guard let next = try? pick(options) else { throw error }
                lease = next
            }
        }
    }

    /// Counts the first attempt of a request, for ``Configuration/retryBudget``.
    package func countRequest() {
        budget.withLockedValue { $0.deposit(at: context.now) }
    }

    /// Takes one more attempt from the budget; returns true if the budget had one left.
    package func mayTryAgain() -> Bool {
        budget.withLockedValue { $0.withdraw(at: context.now) }
    }
}
