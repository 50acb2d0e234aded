// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import ResolverSupport

extension LoadBalancer {
    /// Uses one endpoint and, if that is late, another one beside it; the first to succeed wins, and the other is
    /// canceled.
    ///
    /// For operations that may be done twice. The call takes a task group, and up to twice the requests: the delay
    /// should be longer than most requests take, and ``Configuration/retryBudget`` limits the number of hedges. If the
    /// first request fails before the delay is over, the other one is sent at once.
    ///
    /// **This call returns when both bodies have ended. A body that ignores cancellation makes the call as slow as its
    /// slower endpoint, and the hedge useless.** Clients that are made for Swift's concurrency, such as
    /// AsyncHTTPClient, gRPC Swift and URLSession, end within moments of being canceled. A client that does not needs a
    /// body that aborts the request:
    ///
    /// ```swift
    /// try await balancer.withHedgedEndpoint(after: .milliseconds(50)) { endpoint in
    ///     let call = client.send(request, to: endpoint)
    ///     return try await withTaskCancellationHandler { try await call.response } onCancel: { call.abort() }
    /// }
    /// ```
    ///
    /// Hedging with futures works differently: Finagle's `BackupRequestFilter` interrupts the slower request and does
    /// not wait for it. In Swift, work that outlives the call that received it is out of the caller's hands: a client
    /// that is shut down after the call, or a span or a transaction that ends with it, would still be in use, and
    /// losers that never end would pile up unseen. So both bodies are child tasks (SE-0304), as in gRPC Swift's
    /// hedging, and the endpoint that lost counts as in use until its body ends.
    ///
    /// - Parameters:
    ///   - options: The key and the excluded endpoints of the picks.
    ///   - delay: The time that the first request has for itself. Zero and less send both at once.
    ///   - classify: Maps an error to the outcome for the endpoint.
    ///   - body: The use of the endpoint. It has to end soon after its task is canceled.
    /// - Throws: ``PickError`` if there is no endpoint; otherwise the first error that a body threw, if no body
    ///   succeeded.
    public func withHedgedEndpoint<Output: Sendable>(
        _ options: PickOptions = PickOptions(),
        after delay: Duration,
        classifying classify: @escaping Classifier = Outcome.classifying,
        _ body: @escaping @Sendable (Endpoint) async throws -> Output
    ) async throws -> Output {
        countRequest()
        let first = SharedLease(try pick(options))
        var others = options
        others.excluded.append(first.endpoint.hostPort)
        return try await withThrowingTaskGroup(of: HedgeEvent<Output>.self) { group in
            defer { group.cancelAll() }
            group.addTask { await Self.use(first, classify, body) }
            group.addTask {
                // Clocks trap at durations of centuries. A year is as good as never.
                try await Task.sleep(for: delay.bounded)
                return .late
            }
            var hedge = HedgingStateMachine()
            var failure: (any Error)?
            while let event = try await group.next() {
                var action: HedgingStateMachine.Action
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
            // An endpoint is not to blame for the error of a request that was canceled because the other one was
            // faster.
            let outcome = Task.isCancelled ? .neutral : classify(error)
            lease.finish(outcome)
            return .failure(error, outcome)
        }
    }
}

/// An event of a hedged request.
private enum HedgeEvent<Output: Sendable>: Sendable {
    case success(Output)
    case failure(any Error, Outcome)
    case late
}
