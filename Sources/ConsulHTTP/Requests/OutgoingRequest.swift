// SPDX-License-Identifier: Apache-2.0

/// A request as it is sent, but for what only the client knows: where to, and with which token.
struct OutgoingRequest: Sendable {
    var method: String
    var path: RequestPath
    var query: RequestQuery
    /// `nil` for a read, which has none.
    var body: [UInt8]?
    var answerStatuses: Set<Int>

    /// What errors call it. Parameters are left out: they are long, and nobody has promised that they may be seen.
    var subject: String { "\(method) \(path)" }

    /// Whether asking again can do no harm.
    var isRead: Bool { body == nil }
}
