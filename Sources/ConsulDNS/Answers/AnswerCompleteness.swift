// SPDX-License-Identifier: Apache-2.0

public import DNSWire

/// Whether an answer holds every record. Consul trims answers in silence (`enable_truncate` is off by default), so the
/// question is never what the message says about itself, but what it would look like if something were missing.
public enum AnswerCompleteness: Hashable, Sendable {
    /// Nothing can be missing.
    case complete
    /// A datagram that may have been trimmed: ask over TCP.
    case unproven
    /// A TCP answer at one of Consul's limits: some instances may be missing, and DNS has no way to show them.
    case possiblyTrimmed
}

extension AnswerCompleteness {
    /// What the judgement rests on.
    struct Evidence {
        /// The EDNS size that was sent with the question.
        var advertised: UInt16?
        var wireSize: Int
        var hasEDNS: Bool
        var isTruncated: Bool
        var responseCode: ResponseCode
        var serviceRecords: Int
        var otherAnswers: Int
    }

    /// No record that Consul leaves out for want of room is as long as this, in bytes.
    private static let largestRecord = 600

    /// TCP answers that were trimmed to fit 64 KiB were all longer than this (seen: 65370 to 65522 bytes).
    private static let longestWholeMessage = 64_900

    /// Consul sends no more SRV records than this, and no more addresses than that, whatever their size.
    private static let (mostServiceRecords, mostAddresses) = (1024, 4096)

    init(over transport: DNSTransport, _ evidence: Evidence) {
        switch transport {
        case .udp:
            self = Self.isProven(evidence) ? .complete : .unproven
        case .tcp:
            self = Self.isAtLimit(evidence) ? .possiblyTrimmed : .complete
        }
    }

    private static func isAtLimit(_ evidence: Evidence) -> Bool {
        // TC may mean that no more than TXT records is missing; that cannot be told apart.
        evidence.isTruncated || evidence.wireSize >= longestWholeMessage
            || evidence.serviceRecords >= mostServiceRecords || evidence.otherAnswers >= mostAddresses
    }

    /// Trimming stops at the first answer that fits, so one that leaves room for another record was not trimmed.
    private static func isProven(_ evidence: Evidence) -> Bool {
        // Without OPT in the answer somebody on the way has dropped it, and the limit was three records.
        guard let advertised = evidence.advertised, advertised >= 1232, evidence.hasEDNS, !evidence.isTruncated else {
            return false
        }
        // An empty answer can be what trimming left over. NXDOMAIN cannot: it is decided before.
        let isEmpty = evidence.serviceRecords + evidence.otherAnswers == 0
        if isEmpty && evidence.responseCode == .noError { return false }
        return leavesRoom(evidence.wireSize, in: advertised)
    }

    private static func leavesRoom(_ size: Int, in advertised: UInt16) -> Bool {
        size + largestRecord < Int(advertised)
    }

    /// Whether an answer of this size over TCP would prove complete as a datagram, where an OPT record of 11 bytes
    /// (RFC 6891 section 6.1.2) comes on top.
    ///
    /// - Parameters:
    ///   - size: The size of the answer over TCP.
    ///   - advertised: The EDNS size that would be sent with the question.
    package static func wouldProveComplete(_ size: Int, advertised: UInt16) -> Bool {
        leavesRoom(size + 11, in: advertised)
    }
}

extension ServiceAnswer {
    /// Judges the answer by how it came.
    ///
    /// - Parameters:
    ///   - transport: How it came.
    ///   - advertised: The EDNS size that was sent with the question.
    public func completeness(over transport: DNSTransport, advertised: UInt16?) -> AnswerCompleteness {
        let evidence = AnswerCompleteness.Evidence(
            advertised: advertised,
            wireSize: wireSize,
            hasEDNS: hasEDNS,
            isTruncated: isTruncated,
            responseCode: responseCode,
            serviceRecords: instances.count,
            otherAnswers: 0
        )
        return AnswerCompleteness(over: transport, evidence)
    }
}

extension DNSAnswer {
    /// Judges an answer to any question.
    ///
    /// - Parameters:
    ///   - message: The decoded answer.
    ///   - advertised: The EDNS size that was sent with the question.
    public func completeness(of message: Message, advertised: UInt16?) -> AnswerCompleteness {
        let serviceRecords = message.answers.count { $0.type == .srv }
        let evidence = AnswerCompleteness.Evidence(
            advertised: advertised,
            wireSize: bytes.count,
            hasEDNS: message.edns != nil,
            isTruncated: message.flags.contains(.truncated),
            responseCode: message.responseCode,
            serviceRecords: serviceRecords,
            otherAnswers: message.answers.count - serviceRecords
        )
        return AnswerCompleteness(over: transport, evidence)
    }
}
