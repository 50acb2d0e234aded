// SPDX-License-Identifier: Apache-2.0

import DNSWire

extension Question {
    /// Why a message is no answer to this question; `nil` when it is one.
    ///
    /// c-ares has compared ids and questions already. It is checked again because what is decoded here becomes endpoints.
    func mismatch(with header: MessageHeader, in bytes: Span<UInt8>) throws(WireError) -> AnswerError? {
        guard header.flags.contains(.reply) else { return .notAResponse }
        guard header.questionCount == 1 else { return .differentQuestion }
        var offset = MessageHeader.byteCount
        let asked = try QuestionView(parsing: bytes, at: &offset)
        guard asked.type == type, asked.recordClass == recordClass, try asked.name.isEqual(to: name, in: bytes) else {
            return .differentQuestion
        }
        return nil
    }
}
