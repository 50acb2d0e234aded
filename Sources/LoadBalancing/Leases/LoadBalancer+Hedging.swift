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
    /// **This call returns when both bodies have ended. A body that ignores cancellation makes the call as slow as its slower
    /// endpoint, and the hedge useless.** Clients that are made for Swift's concurrency, such as AsyncHTTPClient, gRPC Swift and
    /// URLSession, end within moments of being cancelled. One that does not needs a body that gives up by itself:
    ///
    /// ```swift
    /// try await balancer.withHedgedEndpoint(after: .milliseconds(50)) { endpoint in
    ///     let call = client.send(request, to: endpoint)
    ///     return try await withTaskCancellationHandler { try await call.response } onCancel: { call.abort() }
    /// }
    /// ```
    ///
    /// Futures are hedged otherwise: Finagle's `BackupRequestFilter` interrupts the slower one and leaves it to itself. In
    /// Swift, work that outlives the call that it was handed to is no longer the caller's: a client that is shut down after
    /// the call, or a span or a transaction that ends with it, would still be in use, and losers that never end would pile up
    /// where nobody sees them. So both bodies are child tasks (SE-0304), as in gRPC Swift's hedging, and the endpoint that
    /// lost counts as in use for as long as it is.
    ///
    /// - Parameters:
    ///   - options: What to heed beside the policy.
    ///   - delay: How long to wait for the first one alone. Zero and less send both at once.
    ///   - classify: What an error says about the endpoint.
    ///   - body: What to do with the endpoint. It has to end soon after its task is cancelled.
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
                // Clocks trap at durations of centuries. A year is as good as never.
                try await Task.sleep(for: min(delay, .seconds(365 * 86_400)))
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
