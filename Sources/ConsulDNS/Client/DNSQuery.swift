// SPDX-License-Identifier: Apache-2.0

public import DNSWire

/// What is asked, and how large an answer may be.
///
/// Two queries that are equal (names compared without case, RFC 4343) get the same answer, so they may share one.
public struct DNSQuery: Hashable, Sendable {
    /// Name, type and class.
    public var question: Question

    /// The size that EDNS (RFC 6891) advertises for a UDP answer, in bytes; `nil` sends no OPT record.
    ///
    /// Consul obeys it up to the whole message, and without it sends three records at most. More than 4096 becomes 4096:
    /// Consul fails to send some answers above that, and stays silent.
    public var ednsPayloadSize: UInt16? {
        didSet { ednsPayloadSize = ednsPayloadSize.map { min($0, DNSQuery.maximumPayloadSize) } }
    }

    /// The RD bit. Consul answers the same either way; a forwarder in between may insist on it.
    public var recursionDesired: Bool

    /// The largest EDNS size that may be advertised.
    public static let maximumPayloadSize: UInt16 = 4096

    /// A query for one question.
    public init(_ question: Question, ednsPayloadSize: UInt16? = nil, recursionDesired: Bool = true) {
        self.question = question
        self.ednsPayloadSize = ednsPayloadSize.map { min($0, DNSQuery.maximumPayloadSize) }
        self.recursionDesired = recursionDesired
    }

    /// A query that may advertise more than ``maximumPayloadSize``: for a caller that knows the answer, and that a datagram
    /// has room for it.
    package init(_ question: Question, uncheckedPayloadSize: UInt16?) {
        self.question = question
        ednsPayloadSize = uncheckedPayloadSize
        recursionDesired = true
    }
}

extension DNSQuery {
    /// The message to send. Its id is left to the channel, which knows the ids in use.
    var message: [UInt8] {
        QueryMessage(
            id: 0,
            question: question,
            recursionDesired: recursionDesired,
            ednsPayloadSize: ednsPayloadSize
        ).encoded
    }
}
