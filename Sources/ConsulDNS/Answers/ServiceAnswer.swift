// SPDX-License-Identifier: Apache-2.0

package import DNSWire

/// The content of a response to a query for a service's SRV records.
package struct ServiceAnswer: Sendable {
    /// The response code, extended by EDNS if the message has an OPT record.
    package let responseCode: ResponseCode

    /// The header flags. AA means that the server answers for its own zone: Consul sets it, a forwarder need not.
    /// Consul sets TC only if `enable_truncate` is on, and on TCP also if only TXT records were left out. It sets RA if
    /// it has recursors.
    package let flags: MessageFlags

    /// True if the message has an OPT record. Without one, no server has honored the advertised size.
    package let hasEDNS: Bool

    /// The length of the message on the wire.
    package let wireSize: Int

    /// The instances, one for each SRV record, in the order of the message.
    package let instances: [ServiceInstance]

    /// True if the answer section has records that belong neither to the queried name nor to a name at the end of the
    /// answer's own CNAME records. An answer with such records and without instances cannot be interpreted.
    package let hasUnrelatedRecords: Bool

    /// True if the additional section has a record that trimming removes, so that no instance is missing.
    let isUntrimmed: Bool

    /// True if the owners of the SRV records are pointers to the question.
    let isCompressed: Bool

    /// The least TTL of the records that were used. Consul's default is 0.
    package let timeToLive: Duration

    /// The authority of a negative answer; only read if there is no instance.
    package let authority: NegativeAuthority?

    /// Reads a message.
    ///
    /// Only records that answer the question count: SRV records of the queried name, or of the name at the end of the
    /// answer's CNAME records, and addresses of the targets of these SRV records. TXT records and other additional
    /// records of Consul are skipped.
    ///
    /// - Parameters:
    ///   - bytes: The message.
    ///   - question: The question of the query.
    ///   - domain: Consul's domain. Names within it may encode addresses and nodes; names outside of it never do.
    package init(parsing bytes: [UInt8], answering question: Question, domain: DomainName) throws(AnswerError) {
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
        // An alias alone leads to a name on which this answer has no data; with an SOA record the answer is a negative
        // one (RFC 2308 section 2.2).
        hasUnrelatedRecords = reader.hasUnrelatedRecords || (reader.hasOnlyAliases && authority == nil)
        isUntrimmed = reader.isUntrimmed
        isCompressed = reader.isCompressed
        hasEDNS = reader.hasEDNS
        wireSize = bytes.count
        timeToLive = .seconds(Int64(reader.leastTTL))
    }
}

/// The zone that asserts a negative answer, and the time for which it may be cached (RFC 2308).
package struct NegativeAuthority: Hashable, Sendable {
    /// The zone of the SOA record. In Consul's own answers it is Consul's domain.
    package let zone: DomainName

    /// The lesser of the record's TTL and its minimum field (RFC 2308 section 5). Consul's default is 0.
    package let timeToLive: Duration

    init?(_ message: Message) {
        for record in message.authority {
            guard case .soa(let authority) = record.data else { continue }
            zone = record.name
            timeToLive = .seconds(Int64(min(record.ttl, authority.minimum)))
            return
        }
        return nil
    }
}
