// SPDX-License-Identifier: Apache-2.0

/// Decides what an answer means that is none.
///
/// Consul says 500 to nearly everything, so its words have to help. They differ between versions, hence they only ever
/// change what an error is called and whether a read is repeated, a bounded number of times.
struct ResponseClassifier {
    /// What was asked: method and path, no parameters.
    let subject: String
    /// Whether asking again can do harm.
    let isRead: Bool
    /// What must not be shown, even if Consul says it.
    let secrets: [Secret]

    /// - Parameter retryAfter: The time that the server wants to be left alone.
    func error(status: Int, body: [UInt8], retryAfter: Duration? = nil) -> ConsulHTTPError {
        let text = String(decoding: body, as: UTF8.self)
        let (code, isRetryable) = meaning(status: status, text: text)
        let words = quotation(text)
        let wish = retryAfter.map { "; it asks to wait \($0.components.seconds) s" } ?? ""
        return ConsulHTTPError(
            code,
            "\(subject) was answered \(status)" + (words.isEmpty ? "" : ": \(words)") + wish,
            status: status,
            isRetryable: isRetryable,
            retryAfter: retryAfter
        )
    }

    private func meaning(status: Int, text: String) -> (ConsulHTTPError.Code, isRetryable: Bool) {
        switch status {
        case 400, 411, 413, 414, 415: (.badRequest, false)
        case 401, 403: (.denied, false)
        case 404: (.notFound, false)
        // Consul 1.9 and later; refused before it was looked at, so that even a change may be sent again.
        case 429: (.tooManyConnections, true)
        case 500: internalError(text)
        // From a proxy in between, or an agent that limits requests.
        case 502...504: (.serverError, isRead)
        default: (.unexpectedStatus, false)
        }
    }

    private func internalError(_ text: String) -> (ConsulHTTPError.Code, isRetryable: Bool) {
        let says: (String) -> Bool = { text.contains($0) }
        // Said after looking for a leader for seven seconds; nothing has happened.
        if says("No cluster leader") || says("No known Consul servers") { return (.noLeader, true) }
        if says("No path to datacenter") { return (.noSuchDatacenter, false) }
        if says("ACL not found") || says("Permission denied") { return (.denied, false) }
        // An expression that cannot be parsed; every server would say so.
        if says("boolean expression") || says("filter expression") { return (.badRequest, false) }
        // "rpc error making call: EOF" when the leader has just been lost, and what nobody has seen yet.
        return (.serverError, isRead)
    }

    /// Consul's words: one line, of bounded length, printable, without secrets.
    private func quotation(_ text: String) -> String {
        // Secrets first: cutting one in two would hide it from the search. One of a few letters is left alone: it is in
        // any text, and the holes would tell what it is.
        let safe = secrets.reduce(text) { $1.text.utf8.count < 6 ? $0 : $0.replacing($1.text, with: $1.description) }
        let line = safe.split(whereSeparator: \.isNewline).first ?? ""
        let printable = line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return printable.count > 200 ? String(printable.prefix(200)) + "..." : String(printable)
    }
}
