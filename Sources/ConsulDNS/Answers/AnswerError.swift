// SPDX-License-Identifier: Apache-2.0

public import DNSWire
public import NetworkAddress

/// A message that is no answer to what was asked.
public enum AnswerError: Error, LibraryError, Hashable, Sendable {
    /// The bytes break the rules of the wire format.
    case malformed(WireError)
    /// The message is a query itself: something sends back what it gets.
    case notAResponse
    /// It answers another question.
    case differentQuestion
}

extension AnswerError: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .malformed(let error): error.description
        case .notAResponse: "the message that came back is a query, not a response"
        case .differentQuestion: "the message that came back answers another question"
        }
    }
}
