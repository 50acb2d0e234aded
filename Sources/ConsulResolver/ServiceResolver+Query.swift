// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import DNSWire

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

    /// The payload size that a query advertises by EDNS (RFC 6891).
    public struct PayloadSize: Hashable, Sendable {
        enum Base: Hashable {
            case automatic
            case none
            case bytes(UInt16)
        }

        let base: Base

        /// The size that ``resolve(_:tag:in:timeout:)`` uses: the configured one over UDP, and no OPT record over TCP.
        public static let automatic = PayloadSize(base: .automatic)

        /// No OPT record. Consul then sends at most three records.
        public static let none = PayloadSize(base: .none)

        /// A size in bytes, at most `DNSQuery.maximumPayloadSize`.
        public static func bytes(_ size: UInt16) -> PayloadSize { PayloadSize(base: .bytes(size)) }
    }
}
