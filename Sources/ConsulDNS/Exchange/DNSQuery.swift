// SPDX-License-Identifier: Apache-2.0

public import DNSWire

/// A question, and the maximum size of its answer.
///
/// Two queries that are equal (names compared without case, RFC 4343) get the same answer, so they may share one.
public struct DNSQuery: Hashable, Sendable {
    /// The name, type and class.
    public var question: Question

    /// The size that EDNS (RFC 6891) advertises for a UDP answer, in bytes; `nil` sends no OPT record.
    ///
    /// Consul honors it, up to the whole message; without it, Consul sends three records at most. Values above 4096
    /// become 4096: beyond that, Consul fails to send some answers without reporting an error.
    public var ednsPayloadSize: UInt16? {
        didSet { ednsPayloadSize = ednsPayloadSize.map { min($0, DNSQuery.maximumPayloadSize) } }
    }

    /// The RD bit. Consul answers the same either way; a forwarder in between may require it.
    public var recursionDesired: Bool

    /// The largest EDNS size that may be advertised.
    public static let maximumPayloadSize: UInt16 = 4096

    /// A query for one question.
    public init(_ question: Question, ednsPayloadSize: UInt16? = nil, recursionDesired: Bool = true) {
        self.question = question
        self.ednsPayloadSize = ednsPayloadSize.map { min($0, DNSQuery.maximumPayloadSize) }
        self.recursionDesired = recursionDesired
    }

    /// A query that may advertise more than ``maximumPayloadSize``. Used if the caller knows the answer already, and
    /// that it fits into a datagram.
    package init(_ question: Question, uncheckedPayloadSize: UInt16?) {
        self.question = question
        ednsPayloadSize = uncheckedPayloadSize
        recursionDesired = true
    }
}

extension DNSQuery {
    /// The message to send. The channel sets its ID, as it knows the IDs in use.
    var message: [UInt8] {
        QueryMessage(
            id: 0,
            question: question,
            recursionDesired: recursionDesired,
            ednsPayloadSize: ednsPayloadSize
        ).encoded
    }
}
