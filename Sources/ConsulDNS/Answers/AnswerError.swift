// SPDX-License-Identifier: Apache-2.0

package import DNSWire
import NetworkAddress

/// A message that does not answer the query.
package enum AnswerError: Error, LibraryError, Hashable, Sendable {
    /// The bytes violate the wire format.
    case malformed(WireError)
    /// The message is a query itself, sent back instead of a response.
    case notAResponse
    /// The message answers another question.
    case differentQuestion
}

extension AnswerError: CustomStringConvertible {
    /// One sentence for users.
    package var description: String {
        switch self {
        case .malformed(let error): error.description
        case .notAResponse: "the message that came back is a query, not a response"
        case .differentQuestion: "the message that came back answers another question"
        }
    }
}

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
