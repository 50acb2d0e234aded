// SPDX-License-Identifier: Apache-2.0

public import DNSWire

/// What a message says to the question for a service's SRV records.
public struct ServiceAnswer: Sendable {
    /// The response code, extended by EDNS where there is any.
    public let responseCode: ResponseCode

    /// The flags. AA says that the server answers for its own zone: Consul does, a forwarder need not. Consul sets TC only
    /// if `enable_truncate` is on, and on TCP also when only TXT records were left out. It sets RA if it has recursors.
    public let flags: MessageFlags

    /// Whether the message has an OPT record: without one, nobody has honoured the size that was advertised.
    public let hasEDNS: Bool

    /// The length of the message on the wire.
    public let wireSize: Int

    /// One for each SRV record, in their order.
    public let instances: [ServiceInstance]

    /// Whether the answer section has records that do not belong to the name that was asked, nor to a name that the
    /// answer's own CNAME records lead to. An answer without instances that has some is not understood.
    public let hasUnrelatedRecords: Bool

    /// Whether the additional section has a record that trimming removes, so that no instance is missing.
    let isUntrimmed: Bool

    /// Whether the owners of the SRV records are pointers to the question.
    let isCompressed: Bool

    /// The least TTL of the records that were used. Consul's default is 0.
    public let timeToLive: Duration

    /// Who says that there is nothing; only looked for when there is no instance.
    public let authority: NegativeAuthority?

    /// Reads a message.
    ///
    /// Only what answers the question counts: SRV records of the name that was asked, or of the name that CNAME records
    /// in the answer lead to, and addresses of names that are a target of one of them. TXT records, and whatever else Consul puts beside them, are passed over.
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
        flags = header.flags
        // An alias alone leads somewhere that this answer does not tell of; with an SOA record it leads to an absence (RFC
        // 2308 section 2.2).
        hasUnrelatedRecords = reader.hasUnrelatedRecords || (reader.hasOnlyAliases && authority == nil)
        isUntrimmed = reader.isUntrimmed
        isCompressed = reader.isCompressed
        hasEDNS = reader.hasEDNS
        wireSize = bytes.count
        timeToLive = .seconds(Int64(reader.leastTTL))
    }
}
