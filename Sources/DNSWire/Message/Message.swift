// SPDX-License-Identifier: Apache-2.0

/// A whole message, decoded and checked: for tools and tests. The resolver itself reads with `RecordCursor`.
public struct Message: Hashable, Sendable {
    /// The number that a reply takes over from its query.
    public var id: UInt16

    /// The one-bit fields of the header.
    public var flags: MessageFlags

    /// The kind of query.
    public var opcode: Opcode

    /// The response code, all twelve bits of it if there is an OPT record (RFC 6891 section 6.1.3).
    public var responseCode: ResponseCode

    /// The questions. Consul repeats none in some replies to malformed queries.
    public var questions: [Question]

    /// The records that answer the question.
    public var answers: [ResourceRecord]

    /// The records about who has authority.
    public var authority: [ResourceRecord]

    /// The records that save another question, and the OPT record if there is one.
    public var additional: [ResourceRecord]

    /// The content of the OPT record, if there is one where it belongs (RFC 6891 section 6.1.1).
    public var edns: EDNS? {
        for record in additional {
            if case .opt(let edns) = record.data { return edns }
        }
        return nil
    }
}
