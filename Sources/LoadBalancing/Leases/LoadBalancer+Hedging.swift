// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NetworkAddress

extension LoadBalancer {
    /// Uses one endpoint and, if that is late, another one beside it; the first to succeed wins, and the other is cancelled.
    ///
    /// For what may be done twice. It takes a task group, and up to twice the requests: the delay should be what most
    /// requests stay under, and the ``Configuration/retryBudget`` bounds how many go out beside others. If the first one
    /// fails before the delay is over, the other one is sent at once.
    ///
    /// - Parameters:
    ///   - options: What to heed beside the policy.
    ///   - delay: How long to wait for the first one alone.
    ///   - classify: What an error says about the endpoint.
    ///   - body: What to do with the endpoint.
    /// - Throws: ``PickError`` if there is no endpoint; otherwise what the body threw first, if nobody succeeded.
    public func withHedgedEndpoint<Output: Sendable>(
        _ options: PickOptions = PickOptions(),
        after delay: Duration,
        classifying classify: @escaping Classifier = Outcome.classifying,
        _ body: @escaping @Sendable (Endpoint) async throws -> Output
    ) async throws -> Output {
        budget.withLockedValue { $0.deposit(at: context.now) }
        let first = SharedLease(try pick(options))
        var others = options
        others.excluded.append(first.endpoint.hostPort)
        return try await withThrowingTaskGroup(of: HedgeEvent<Output>.self) { group in
            defer { group.cancelAll() }
            group.addTask { await Self.use(first, classify, body) }
            group.addTask {
                try await Task.sleep(for: delay)
                return .late
            }
            var hedge = Hedge()
            var failure: (any Error)?
            while let event = try await group.next() {
                var action: Hedge.Action
                switch event {
                case .success(let output):
                    return output
                case .failure(let error, let outcome):
                    failure = failure ?? error
                    action = hedge.fail(mayBeRepeated: outcome.isFailure)
                case .late:
                    action = hedge.late()
                }
                if action == .beginAnother {
                    if let second = beginAnother(others) {
                        hedge.begin()
                        group.addTask { await Self.use(second, classify, body) }
                    } else {
                        action = hedge.refuse()
                    }
                }
                if action == .giveUp { break }
            }
            throw failure ?? CancellationError()
        }
    }

    /// - Returns: `nil` if the budget is spent, or there are no endpoints any more.
    private func beginAnother(_ options: PickOptions) -> SharedLease? {
        guard mayTryAgain(), let lease = try? pick(options) else { return nil }
        return SharedLease(lease)
    }

    private static func use<Output: Sendable>(
        _ lease: SharedLease,
        _ classify: Classifier,
        _ body: @Sendable (Endpoint) async throws -> Output
    ) async -> HedgeEvent<Output> {
        do {
            let output = try await body(lease.endpoint)
            lease.finish(.success)
            return .success(output)
        } catch {
            // Who was cancelled, because the other one was faster, is not to blame for what it throws.
            let outcome = Task.isCancelled ? .neutral : classify(error)
            lease.finish(outcome)
            return .failure(error, outcome)
        }
    }
}

/// What happens while a request is hedged.
private enum HedgeEvent<Output: Sendable>: Sendable {
    case success(Output)
    case failure(any Error, Outcome)
    case late
}
