// SPDX-License-Identifier: Apache-2.0

public import DNSWire
public import NetworkAddress

/// A message that does not answer the query.
public enum AnswerError: Error, LibraryError, Hashable, Sendable {
    /// The bytes violate the wire format.
    case malformed(WireError)
    /// The message is a query itself, sent back instead of a response.
    case notAResponse
    /// The message answers another question.
    case differentQuestion
}

extension AnswerError: CustomStringConvertible {
    /// One sentence for users.
    public var description: String {
        switch self {
        case .malformed(let error): error.description
        case .notAResponse: "the message that came back is a query, not a response"
        case .differentQuestion: "the message that came back answers another question"
        }
    }
}
