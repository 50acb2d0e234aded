// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
public import LoadBalancing

extension ConsulService {
    /// The balancer that selects among the endpoints, and that records the results of requests.
    public var balancer: LoadBalancer { balancing.balancer }

    /// Returns when there is an endpoint to pick, or when it is known that there is none. It waits only before the
    /// first answer.
    ///
    /// - Parameter timeout: The longest wait; ``/ResolutionModel/ResolverConfiguration/timeout`` by default.
    /// - Throws: The errors of ``ServiceResolver/resolve(_:timeout:)``. If there are no endpoints, or Consul could not
    ///   be queried, the pick throws, not this method.
    nonisolated(nonsending) public func ready(timeout: Duration? = nil) async throws {
        try await balancing.waitForAnswer(timeout: timeout)
    }

    /// Picks an endpoint, and counts it as in use until the lease is finished. It never suspends and waits for no
    /// query.
    ///
    /// While Consul cannot be queried, picks go on with the endpoints that it named earlier, and the lease has the flag
    /// `Lease.Flags.stale`. When they are older than ``/ResolutionModel/ResolverConfiguration/Cache/staleLimit``, there
    /// is no endpoint to pick.
    ///
    /// - Parameter options: The options of this pick, beside the policy.
    /// - Throws: `PickError` if there is no endpoint: `stillLoading` before the first answer, which ``ready(timeout:)``
    ///   waits for, `empty` or `unknown` after it, and `closed` after ``ServiceResolver/shutdown()``.
    public func pick(_ options: PickOptions = PickOptions()) throws(PickError) -> Lease {
        balancing.start()
        return try balancer.pick(options)
    }

    /// Picks an endpoint, runs the body with it, and reports success or failure, and the duration.
    ///
    /// This method waits for the first answer. A body that returns is a success; for an error, the classifier decides.
    /// ``withLease(_:attempts:classifying:_:)`` lets the body report more. An error of this library that a nested call
    /// throws, such as `PickError` of another service, does not count against this endpoint. An error that came from an
    /// endpoint of another service does, unless the classifier tells it apart.
    ///
    /// - Parameters:
    ///   - options: The options of this pick, beside the policy.
    ///   - attempts: The number of endpoints to try at most. More than one is for work that may be done twice. Each
    ///     further attempt goes to another endpoint while there is another, if the last one failed by its own fault and
    ///     the retry budget allows it.
    ///   - classify: Returns what an error says about the endpoint. The default knows the errors of sockets, TLS and
    ///     AsyncHTTPClient.
    ///   - body: The work to do with the endpoint.
    /// - Throws: `PickError` if there is no endpoint, the errors of ``ready(timeout:)``, and the errors of the body.
    nonisolated(nonsending) public func withEndpoint<Output>(
        _ options: PickOptions = PickOptions(),
        attempts: Int = 1,
        classifying classify: @escaping LoadBalancer.Classifier = Outcome.classifyingNetwork,
        _ body: nonisolated(nonsending) (Endpoint) async throws -> Output
    ) async throws -> Output {
        try await ready()
        guard let name = balancing.logName else {
            return try await balancer.withEndpoint(options, attempts: attempts, classifying: classify, body)
        }
        return try await LogContext.withService(name) {
            try await balancer.withEndpoint(options, attempts: attempts, classifying: classify, body)
        }
    }

    /// Picks an endpoint, runs the body with it, and reports the result, as ``withEndpoint(_:attempts:classifying:_:)``
    /// does. The body can report more: that an answer was unusable, when the work began, that its duration does not
    /// count.
    ///
    /// - Throws: As ``withEndpoint(_:attempts:classifying:_:)``.
    nonisolated(nonsending) public func withLease<Output>(
        _ options: PickOptions = PickOptions(),
        attempts: Int = 1,
        classifying classify: @escaping LoadBalancer.Classifier = Outcome.classifyingNetwork,
        _ body: nonisolated(nonsending) (inout Lease) async throws -> Output
    ) async throws -> Output {
        try await ready()
        guard let name = balancing.logName else {
            return try await balancer.withLease(options, attempts: attempts, classifying: classify, body)
        }
        return try await LogContext.withService(name) {
            try await balancer.withLease(options, attempts: attempts, classifying: classify, body)
        }
    }

    /// Runs the body with one endpoint and, if that is late, with another one beside it. The first success wins, and
    /// the other body is canceled. For work that may be done twice. See `LoadBalancer.withHedgedEndpoint`.
    ///
    /// **This method returns when both bodies have ended. A body that ignores cancellation makes the call as slow as
    /// its slower endpoint, and the hedge useless.**
    ///
    /// - Parameters:
    ///   - options: The options of this pick, beside the policy.
    ///   - delay: The time to wait for the first endpoint alone.
    ///   - classify: Returns what an error says about the endpoint.
    ///   - body: The work to do with the endpoint. It has to end soon after its task is canceled.
    /// - Throws: As ``withEndpoint(_:attempts:classifying:_:)``.
    public func withHedgedEndpoint<Output: Sendable>(
        _ options: PickOptions = PickOptions(),
        after delay: Duration,
        classifying classify: @escaping LoadBalancer.Classifier = Outcome.classifyingNetwork,
        _ body: @escaping @Sendable (Endpoint) async throws -> Output
    ) async throws -> Output {
        try await ready()
        guard let name = balancing.logName else {
            return try await balancer.withHedgedEndpoint(options, after: delay, classifying: classify, body)
        }
        return try await LogContext.withService(name) {
            try await balancer.withHedgedEndpoint(options, after: delay, classifying: classify, body)
        }
    }
}
