// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import DNSWire

extension ServiceResolver {
    /// Asks the configured nameservers one question, in order, until one of them answers.
    ///
    /// For tools that want to see the message itself; ``resolve(_:tag:in:timeout:)`` is what programs want.
    ///
    /// - Parameters:
    ///   - question: What to ask.
    ///   - transport: Over what. ``Configuration/DNS/Transport/automatic`` goes on to TCP when the datagram does not
    ///     prove that nothing is missing.
    ///   - payloadSize: What to advertise by EDNS.
    ///   - timeout: How long to take at most; ``Configuration/timeout`` by default.
    /// - Returns: The answer, whatever its response code.
    /// - Throws: ``ResolutionFailure`` when nobody answered, `CancellationError` as soon as the task is cancelled,
    ///   `DNSClientError` after ``shutdown()``.
    public func query(
        _ question: Question,
        transport: Configuration.DNS.Transport = .automatic,
        payloadSize: PayloadSize = .automatic,
        timeout: Duration? = nil
    ) async throws -> DNSAnswer {
        let deadline = Deadline(in: timeout ?? configuration.timeout)
        return try await dns.answer(to: question, transport: transport, payloadSize: payloadSize, deadline: deadline)
    }

    /// What a query advertises by EDNS (RFC 6891).
    public struct PayloadSize: Hashable, Sendable {
        enum Base: Hashable {
            case automatic
            case none
            case bytes(UInt16)
        }

        let base: Base

        /// What ``resolve(_:tag:in:timeout:)`` would use: over UDP as configured, over TCP nothing.
        public static let automatic = PayloadSize(base: .automatic)

        /// No OPT record at all. Consul sends three records at most then.
        public static let none = PayloadSize(base: .none)

        /// A size in bytes, at most `DNSQuery.maximumPayloadSize`.
        public static func bytes(_ size: UInt16) -> PayloadSize { PayloadSize(base: .bytes(size)) }
    }
}
