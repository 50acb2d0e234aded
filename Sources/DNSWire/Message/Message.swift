// SPDX-License-Identifier: Apache-2.0

/// A whole message, decoded and checked, for tools and tests. The resolver itself reads with `RecordCursor`.
package struct Message: Hashable, Sendable {
    /// The number that a reply copies from its query.
    package var id: UInt16

    /// The one-bit fields of the header.
    package var flags: MessageFlags

    /// The kind of query.
    package var opcode: Opcode

    /// The response code, all twelve bits of it if there is an OPT record (RFC 6891 section 6.1.3).
    package var responseCode: ResponseCode

    /// The questions. Some of Consul's replies to malformed queries have none.
    package var questions: [Question]

    /// The records that answer the question.
    package var answers: [ResourceRecord]

    /// The records of the authority section.
    package var authority: [ResourceRecord]

    /// The records that save a further query, and the OPT record if there is one.
    package var additional: [ResourceRecord]

    /// The content of the OPT record, if there is one in the additional section (RFC 6891 section 6.1.1).
    package var edns: EDNS? {
        for record in additional {
            if case .opt(let edns) = record.data { return edns }
        }
        return nil
    }
}

extension Message {
    /// Decodes a message. Checks every name and the data of every known type in it.
    ///
    /// Bytes behind the last record are ignored, as Consul and other servers do for queries.
    package init(parsing bytes: Span<UInt8>) throws(WireError) {
        let header = try MessageHeader(parsing: bytes)
        // The cursor is created first because it refuses counts that the bytes cannot hold.
        var cursor = try RecordCursor(header, in: bytes)
        id = header.id
        flags = header.flags
        opcode = header.opcode
        responseCode = header.responseCode
        questions = try Self.questions(header, in: bytes)
        answers = []
        authority = []
        additional = []
        while let view = try cursor.next(in: bytes) {
            let record = try ResourceRecord(view, in: bytes)
            switch view.section {
            case .answer: answers.append(record)
            case .authority: authority.append(record)
            case .additional: additional.append(record)
            }
        }
        if let edns {
            responseCode.rawValue |= UInt16(edns.extendedResponseCode) << 4
        }
    }

    /// Decodes a message from an array; see `init(parsing:)` for a span.
    package init(parsing bytes: [UInt8]) throws(WireError) {
        try self.init(parsing: bytes.span)
    }

    private static func questions(
        _ header: MessageHeader,
        in bytes: Span<UInt8>
    ) throws(WireError) -> [Question] {
        var questions: [Question] = []
        var offset = MessageHeader.byteCount
        for _ in 0..<header.questionCount {
            questions.append(try Question(try QuestionView(parsing: bytes, at: &offset), in: bytes))
        }
        return questions
    }
}
