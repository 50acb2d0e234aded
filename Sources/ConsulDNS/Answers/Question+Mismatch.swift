// SPDX-License-Identifier: Apache-2.0

import DNSWire

extension Question {
    /// Returns the reason why a message does not answer this question; `nil` if it does.
    ///
    /// The shim for c-ares has compared IDs and questions already. The check is repeated here because the decoded
    /// records become endpoints.
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
