// SPDX-License-Identifier: Apache-2.0

/// A whole message, decoded and checked, for tools and tests. The resolver itself reads with `RecordCursor`.
public struct Message: Hashable, Sendable {
    /// The number that a reply copies from its query.
    public var id: UInt16

    /// The one-bit fields of the header.
    public var flags: MessageFlags

    /// The kind of query.
    public var opcode: Opcode

    /// The response code, all twelve bits of it if there is an OPT record (RFC 6891 section 6.1.3).
    public var responseCode: ResponseCode

    /// The questions. Some of Consul's replies to malformed queries have none.
    public var questions: [Question]

    /// The records that answer the question.
    public var answers: [ResourceRecord]

    /// The records of the authority section.
    public var authority: [ResourceRecord]

    /// The records that save a further query, and the OPT record if there is one.
    public var additional: [ResourceRecord]

    /// The content of the OPT record, if there is one in the additional section (RFC 6891 section 6.1.1).
    public var edns: EDNS? {
        for record in additional {
            if case .opt(let edns) = record.data { return edns }
        }
        return nil
    }
}
