// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import DNSWire
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
    ///   - transport: The transport to use. ``Configuration/DNS/Transport/automatic`` repeats the query over TCP when
    ///     the datagram does not prove that the answer is complete.
    ///   - payloadSize: The payload size to advertise by EDNS.
    ///   - timeout: The longest time for the call; ``Configuration/timeout`` by default.
    /// - Returns: The answer, whatever its response code.
    /// - Throws: ``ResolutionFailure`` when no nameserver answered, `CancellationError` as soon as the task is
    ///   canceled, `DNSClientError` after ``shutdown()``.
    public func query(
        _ question: Question,
        transport: Configuration.DNS.Transport = .automatic,
        payloadSize: PayloadSize = .automatic,
        timeout: Duration? = nil
    ) async throws -> DNSAnswer {
        let deadline = Deadline(in: timeout ?? configuration.timeout)
        return try await dns.answer(to: question, transport: transport, payloadSize: payloadSize, deadline: deadline)
    }
}
