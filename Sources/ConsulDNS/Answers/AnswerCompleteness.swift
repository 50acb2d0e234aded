// SPDX-License-Identifier: Apache-2.0

package import DNSWire

/// The degree to which an answer proves that it holds every record.
///
/// Consul trims answers without marking them (`enable_truncate` is off by default). So the proof rests on features that
/// trimming cannot produce.
package enum AnswerCompleteness: Hashable, Sendable {
    /// No record is missing.
    case complete

    /// No record is missing, unless the whole answer has up to about a hundred bytes more than `limit`.
    ///
    /// The message is shorter than `limit` by more than an instance takes, but it has no record of a kind that trimming
    /// removes. When an answer exceeds the limit by at most 100 bytes, Consul drops one instance and all TXT records
    /// with it, which can leave as much room. Two such answers with equal instances under different limits prove each
    /// other.
    case unconfirmed(limit: Int)

    /// Records may be missing.
    case unproven
}

extension AnswerCompleteness {
    /// The facts on which the completeness is judged.
    struct Evidence {
        /// The EDNS size that was sent with the query.
        var advertised: UInt16?
        var wireSize: Int
        var hasEDNS: Bool
        var flags: MessageFlags
        var responseCode: ResponseCode
        var serviceRecords: Int
        var otherAnswers: Int
        /// True if the additional section has a record that trimming removes.
        var isUntrimmed: Bool
        /// True if the owners of SRV records are pointers to the question.
        var isCompressed: Bool
    }

    /// The longest message that Consul sends over TCP.
    package static let streamLimit = 65_523

    /// The maximum numbers of SRV records and of addresses that Consul sends over TCP, whatever their size.
    private static let (mostServiceRecords, mostAddresses) = (1024, 4096)

    /// The size of the largest instance in bytes, plus a few bytes by which Consul's own estimate is off: an SRV record
    /// with a target of 255 bytes and an AAAA record, whose owner is a pointer or, behind 16 KiB, a label and a
    /// pointer.
    package static let largestInstance = 400

    /// The size of the largest instance with `disable_compression`, where every record spells out its owner.
    private static let largestUncompressedInstance = 830

    init(over transport: DNSTransport, _ evidence: Evidence) {
        if evidence.flags.contains(.truncated) || evidence.isAtRecordLimit(over: transport) {
            self = .unproven
        } else if evidence.serviceRecords > 0 {
            self = Self.judgeInstances(over: transport, evidence)
        } else {
            self = Self.isProvenByRoom(over: transport, evidence) ? .complete : .unproven
        }
    }

    private static func judgeInstances(over transport: DNSTransport, _ evidence: Evidence) -> AnswerCompleteness {
        if evidence.isUntrimmed { return .complete }
        // A forwarder has limits of its own, and records from a recursor have any size. Both set RA.
        guard evidence.flags.contains(.authoritative), !evidence.flags.contains(.recursionAvailable) else {
            return .unproven
        }
        guard let limit = evidence.limit(over: transport), evidence.leavesRoom(under: limit) else { return .unproven }
        return .unconfirmed(limit: limit)
    }

    /// Returns true if the size proves completeness. Answers to other questions have no additional records that
    /// trimming removes first: it stops at the first answer that fits, which leaves no room for another record.
    private static func isProvenByRoom(over transport: DNSTransport, _ evidence: Evidence) -> Bool {
        // An empty datagram can be the result of trimming. NXDOMAIN cannot: Consul sets it before it trims.
        if transport == .udp, evidence.otherAnswers == 0, evidence.responseCode == .noError { return false }
        guard let limit = evidence.limit(over: transport) else { return false }
        return evidence.leavesRoom(under: limit)
    }

    /// Returns true if an answer of this size over TCP would leave room in a datagram, which has an additional OPT
    /// record of 11 bytes (RFC 6891 section 6.1.2).
    ///
    /// - Parameters:
    ///   - size: The size of the answer over TCP.
    ///   - advertised: The EDNS size that would be sent with the query.
    package static func wouldLeaveRoom(_ size: Int, advertised: UInt16) -> Bool {
        size + 11 + largestInstance <= Int(advertised)
    }
}

extension AnswerCompleteness.Evidence {
    /// The limit to which the server trims an answer that is too long.
    ///
    /// - Returns: `nil` for a datagram with an unknown limit: without EDNS, Consul sends three instances at most, and
    ///   a forwarder may have dropped the OPT record. An answer of more than 512 bytes shows that the OPT record
    ///   reached Consul; newer versions of Consul remove it from answers that they trim.
    fileprivate func limit(over transport: DNSTransport) -> Int? {
        switch transport {
        case .tcp:
            return AnswerCompleteness.streamLimit
        case .udp:
            guard let advertised, advertised >= 1232, hasEDNS || wireSize > 512 else { return nil }
            return Int(advertised)
        }
    }

    fileprivate func leavesRoom(under limit: Int) -> Bool {
        let largest =
            isCompressed ? AnswerCompleteness.largestInstance : AnswerCompleteness.largestUncompressedInstance
        return wireSize + largest <= limit
    }

    fileprivate func isAtRecordLimit(over transport: DNSTransport) -> Bool {
        transport == .tcp
            && (serviceRecords >= AnswerCompleteness.mostServiceRecords
                || otherAnswers >= AnswerCompleteness.mostAddresses)
    }
}

extension ServiceAnswer {
    /// Judges the completeness of the answer by its transport and size.
    ///
    /// - Parameters:
    ///   - transport: The transport of the answer.
    ///   - advertised: The EDNS size that was sent with the query.
    package func completeness(over transport: DNSTransport, advertised: UInt16?) -> AnswerCompleteness {
        // Unrelated records may be instances.
        if hasUnrelatedRecords { return .unproven }
        let evidence = AnswerCompleteness.Evidence(
            advertised: advertised,
            wireSize: wireSize,
            hasEDNS: hasEDNS,
            flags: flags,
            responseCode: responseCode,
            serviceRecords: instances.count,
            otherAnswers: 0,
            isUntrimmed: isUntrimmed,
            isCompressed: isCompressed
        )
        return AnswerCompleteness(over: transport, evidence)
    }
}

extension DNSAnswer {
    /// Judges the completeness of an answer to any question.
    ///
    /// - Parameters:
    ///   - message: The decoded answer.
    ///   - advertised: The EDNS size that was sent with the query.
    package func completeness(of message: Message, advertised: UInt16?) -> AnswerCompleteness {
        let serviceRecords = message.answers.count { $0.type == .srv }
        let evidence = AnswerCompleteness.Evidence(
            advertised: advertised,
            wireSize: bytes.count,
            hasEDNS: message.edns != nil,
            flags: message.flags,
            responseCode: message.responseCode,
            serviceRecords: serviceRecords,
            otherAnswers: message.answers.count - serviceRecords,
            isUntrimmed: serviceRecords > 0 && isUntrimmed,
            isCompressed: false
        )
        return AnswerCompleteness(over: transport, evidence)
    }

    private var isUntrimmed: Bool {
        do throws(WireError) {
            let header = try MessageHeader(parsing: bytes.span)
            var detector = TrimmingDetector(header)
            var cursor = try RecordCursor(header, in: bytes.span)
            while let record = try cursor.next(in: bytes.span) {
                if record.section == .additional { try detector.examine(record, in: bytes.span) }
            }
            try detector.finish(in: bytes.span)
            return detector.isRefuted
        } catch {
            return false
        }
    }
}
