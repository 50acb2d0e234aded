// SPDX-License-Identifier: Apache-2.0

public import DNSWire

/// What a message says to the question for a service's SRV records.
public struct ServiceAnswer: Sendable {
    /// The response code, extended by EDNS where there is any.
    public let responseCode: ResponseCode

    /// AA: whether the server answers for its own zone. Consul does; a forwarder need not say so.
    public let isAuthoritative: Bool

    /// TC. Consul sets it only if `enable_truncate` is on, and on TCP also when nothing but TXT records was left out.
    public let isTruncated: Bool

    /// Whether the message has an OPT record: without one, nobody has honoured the size that was advertised.
    public let hasEDNS: Bool

    /// The length of the message on the wire.
    public let wireSize: Int

    /// One for each SRV record, in their order.
    public let instances: [ServiceInstance]

    /// The least TTL of the records that were used. Consul's default is 0.
    public let timeToLive: Duration

    /// Who says that there is nothing; only looked for when there is no instance.
    public let authority: NegativeAuthority?

    /// Reads a message.
    ///
    /// Only what answers the question counts: SRV records of the name that was asked, and addresses of names that are a
    /// target of one of them. TXT records, and whatever else Consul puts beside them, are passed over.
    ///
    /// - Parameters:
    ///   - bytes: The message.
    ///   - question: What was asked.
    ///   - domain: Consul's domain. Names within it spell addresses and nodes; names outside of it never do.
    public init(parsing bytes: [UInt8], answering question: Question, domain: DomainName) throws(AnswerError) {
        let header: MessageHeader
        var reader = ServiceAnswerReader(domain: domain)
        do throws(WireError) {
            header = try MessageHeader(parsing: bytes.span)
            try reader.read(header, answering: question, in: bytes.span)
            instances = reader.instances
            authority = instances.isEmpty ? NegativeAuthority(try Message(parsing: bytes)) : nil
        } catch {
            throw .malformed(error)
        }
        if let mismatch = reader.mismatch { throw mismatch }
        responseCode = ResponseCode(rawValue: header.responseCode.rawValue | reader.extendedCode)
        isAuthoritative = header.flags.contains(.authoritative)
        isTruncated = header.flags.contains(.truncated)
        hasEDNS = reader.hasEDNS
        wireSize = bytes.count
        timeToLive = .seconds(Int64(reader.leastTTL))
    }
}
