// SPDX-License-Identifier: Apache-2.0

/// A request as it is sent, without the parts that the client adds: the address and the token.
struct OutgoingRequest: Sendable {
    var method: String
    var path: RequestPath
    var query: RequestQuery
    /// The body; `nil` for a read.
    var body: [UInt8]?
    var answerStatuses: Set<Int>
    /// True if the request and its permit are kept after its caller has left, until the agent has answered.
    var isHeld = true

    /// The name of the request in errors. It has no parameters: they are long, and may be confidential.
    var subject: String { "\(method) \(path)" }

    /// True if repeating the request is harmless.
    var isRead: Bool { body == nil }
}
