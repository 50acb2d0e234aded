// SPDX-License-Identifier: Apache-2.0

public import LoadBalancing

extension ConsulService {
    /// Who chooses among the endpoints, and knows what requests have shown of them.
    public var balancer: LoadBalancer { balancing.balancer }

    /// Returns when there is something to pick from, or it is known that there is not. Only before the first answer does that
    /// take any time.
    ///
    /// - Parameter timeout: How long to wait at most; ``ServiceResolver/Configuration/timeout`` by default.
    /// - Throws: As ``ServiceResolver/resolve(_:timeout:)``. That there are no endpoints, or that Consul could not be asked, is
    ///   for the pick to say.
    nonisolated(nonsending) public func ready(timeout: Duration? = nil) async throws {
        try await balancing.waitForAnswer(timeout: timeout)
    }

    /// Picks an endpoint, and counts it as in use until the lease is finished. It never suspends and asks nobody.
    ///
    /// While Consul cannot be asked, endpoints that it named earlier are picked on, and the lease has the flag
    /// `Lease.Flags.stale`. When they are older than ``ServiceResolver/Configuration/Cache/staleLimit``, there is none to pick.
    ///
    /// - Parameter options: What to heed beside the policy.
    /// - Throws: `PickError` if there is none: `stillLoading` before the first answer, which ``ready(timeout:)`` waits for,
    ///   `empty` or `unknown` after it, and `closed` after ``ServiceResolver/shutdown()``.
    public func pick(_ options: PickOptions = PickOptions()) throws(PickError) -> Lease {
        balancing.start()
        return try balancer.pick(options)
    }

    /// Picks an endpoint, uses it, and reports how that went: success, failure and how long it took.
    ///
    /// The first answer is waited for. A body that returns is a success, what an error means is for the classifier to say; for
    /// more than that there is ``withLease(_:attempts:classifying:_:)``. An error of this library that a nested call throws, such
    /// as `PickError` of another service, does not count against this endpoint. An error that came from an endpoint of another
    /// service does, unless the classifier tells it apart.
    ///
    /// - Parameters:
    ///   - options: What to heed beside the policy.
    ///   - attempts: How many endpoints to try at most. More than one is for what may be done twice. Each further one goes to
    ///     another endpoint while there is another, if the last one failed by its own fault and the retry budget allows it.
    ///   - classify: What an error says about the endpoint. By default errors of sockets, TLS and AsyncHTTPClient are known.
    ///   - body: What to do with the endpoint.
    /// - Throws: `PickError` if there is no endpoint, what ``ready(timeout:)`` throws, or what the body throws.
    nonisolated(nonsending) public func withEndpoint<Output>(
        _ options: PickOptions = PickOptions(),
        attempts: Int = 1,
        classifying classify: @escaping LoadBalancer.Classifier = Outcome.classifyingNetwork,
        _ body: nonisolated(nonsending) (Endpoint) async throws -> Output
    ) async throws -> Output {
        try await ready()
        return try await balancer.withEndpoint(options, attempts: attempts, classifying: classify, body)
    }

    /// Picks an endpoint, uses it, and reports how that went, as ``withEndpoint(_:attempts:classifying:_:)`` does. The body
    /// can say more about it: that an answer was no good, when it began, that its time says nothing.
    nonisolated(nonsending) public func withLease<Output>(
        _ options: PickOptions = PickOptions(),
        attempts: Int = 1,
        classifying classify: @escaping LoadBalancer.Classifier = Outcome.classifyingNetwork,
        _ body: nonisolated(nonsending) (inout Lease) async throws -> Output
    ) async throws -> Output {
        try await ready()
        return try await balancer.withLease(options, attempts: attempts, classifying: classify, body)
    }

    /// Uses one endpoint and, if that is late, another one beside it; the first to succeed wins, and the other is cancelled.
    /// For what may be done twice. See `LoadBalancer.withHedgedEndpoint`.
    ///
    /// **This call returns when both bodies have ended. A body that ignores cancellation makes the call as slow as its slower
    /// endpoint, and the hedge useless.**
    ///
    /// - Parameters:
    ///   - options: What to heed beside the policy.
    ///   - delay: How long to wait for the first one alone.
    ///   - classify: What an error says about the endpoint.
    ///   - body: What to do with the endpoint. It has to end soon after its task is cancelled.
    public func withHedgedEndpoint<Output: Sendable>(
        _ options: PickOptions = PickOptions(),
        after delay: Duration,
        classifying classify: @escaping LoadBalancer.Classifier = Outcome.classifyingNetwork,
        _ body: @escaping @Sendable (Endpoint) async throws -> Output
    ) async throws -> Output {
        try await ready()
        return try await balancer.withHedgedEndpoint(options, after: delay, classifying: classify, body)
    }
}
