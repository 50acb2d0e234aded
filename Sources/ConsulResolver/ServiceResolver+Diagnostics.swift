// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
package import DNSWire
import ResolutionCache
public import ResolutionModel
import ResolutionSources
import ResolverSupport

extension ServiceResolver {
    /// Sends one query to the configured nameservers, in order, until one of them answers.
    ///
    /// For tools that need the message itself; programs use ``resolve(_:tag:in:timeout:)``.
    ///
    /// - Parameters:
    ///   - question: The question of the query.
    ///   - transport: The transport to use. ``/ResolutionModel/ResolverConfiguration/DNS/Transport/automatic`` repeats
    ///     the query over TCP when the datagram does not prove that the answer is complete.
    ///   - payloadSize: The payload size to advertise by EDNS.
    ///   - timeout: The longest time for the call; ``/ResolutionModel/ResolverConfiguration/timeout`` by default.
    /// - Returns: The answer, whatever its response code.
    /// - Throws: ``ResolutionFailure`` when no nameserver answered, `CancellationError` as soon as the task is
    ///   canceled, `DNSClientError` after ``shutdown()``.
    package func query(
        _ question: Question,
        transport: Configuration.DNS.Transport = .automatic,
        payloadSize: Configuration.DNS.PayloadSize = .automatic,
        timeout: Duration? = nil
    ) async throws -> DNSAnswer {
        let deadline = Deadline(in: timeout ?? configuration.timeout)
        return try await dns.answer(to: question, transport: transport, payloadSize: payloadSize, deadline: deadline)
    }
}

extension ServiceResolver {
    /// Returns the counts since the resolver was created, and its current state.
    ///
    /// The numbers are collected one by one while lookups continue, so they are not from the same instant: a concurrent
    /// lookup may be in one number and not yet in another. Each number by itself is correct, and counts only grow. The
    /// call also updates metrics that lag behind (see ``init(configuration:logger:metrics:)``).
    ///
    /// The method may be called at any time and from any thread. It visits every cache entry, so do not call it for
    /// every request.
    public func diagnostics() -> ResolverDiagnostics {
        ResolverDiagnostics(
            cache: cache.diagnostics,
            sources: escalation.diagnostics,
            nameservers: dns.diagnostics(at: dns.pool.time.now()).map(ResolverDiagnostics.Server.init)
        )
    }
}
