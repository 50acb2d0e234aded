// SPDX-License-Identifier: Apache-2.0

package import ResolverSupport

/// A resolver of requests, or a layer in front of one.
///
/// A lookup passes a stack of these: failover, then the cache, then the escalation from DNS to HTTP. Each layer knows
/// the one below it by this protocol alone.
package protocol ResolutionSource: Sendable {
    /// Validates a request, without sending a query.
    ///
    /// - Throws: `ConsulNameError` and ``ServiceRequestError`` for a request that cannot be sent.
    func validate(_ request: ServiceRequest) throws

    /// Resolves a request by a deadline.
    ///
    /// - Parameter hasStaleAnswer: True if the caller can go on with an earlier answer. A source that was silent is then
    ///   not queried a second time.
    /// - Throws: `CancellationError`; the errors of ``validate(_:)``; the clients' errors after they have been shut down.
    ///   Every other failure is an unknown outcome.
    func resolve(_ request: ServiceRequest, deadline: Deadline, hasStaleAnswer: Bool) async throws -> Resolution

    /// Returns what the leader says about a request, for an answer that would remove most endpoints; `nil` if this source
    /// has no way to query the leader.
    ///
    /// - Throws: The errors of ``resolve(_:deadline:hasStaleAnswer:)``.
    func confirm(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution?
}

extension ResolutionSource {
    /// Resolves a request whose caller has no earlier answer.
    package func resolve(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution {
        try await resolve(request, deadline: deadline, hasStaleAnswer: false)
    }
}

/// A source in place of Consul: the innermost layer of a resolver that sends no queries, such as a test's script.
package protocol StandInSource: ResolutionSource {
    /// Returns the present answer to a request, unless the caller has it already: then waits for another one, as a
    /// blocking query of Consul does.
    ///
    /// - Parameter index: The index of the answer that the caller has; `nil` if it has none.
    /// - Returns: The answer, and its index.
    /// - Throws: The errors of ``ResolutionSource/resolve(_:deadline:hasStaleAnswer:)``.
    func answer(to request: ServiceRequest, after index: UInt64?) async throws -> (Resolution, UInt64)

    /// Ends the source: its methods throw `ConsulHTTPError` with the code `closed` from now on, as those of a client do
    /// that has been shut down.
    func close()
}
