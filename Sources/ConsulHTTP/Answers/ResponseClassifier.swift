// SPDX-License-Identifier: Apache-2.0

/// Maps an unexpected HTTP response to a ``ConsulHTTPError``.
///
/// Consul answers nearly every failure with 500, so the text of the body has to be used as well. The text differs
/// between versions; therefore it affects only the error's code and whether a read is repeated, a bounded number of
/// times.
struct ResponseClassifier {
    /// Method and path of the request, without parameters.
    let subject: String
    /// True if repeating the request is harmless.
    let isRead: Bool
    /// Text that must not appear in an error, even if Consul quotes it.
    let secrets: [Secret]

    /// - Parameter retryAfter: The time that the server asks the client to wait.
    func error(status: Int, body: [UInt8], retryAfter: Duration? = nil) -> ConsulHTTPError {
        let text = String(decoding: body, as: UTF8.self)
        let (code, isRetryable) = meaning(status: status, text: text)
        let words = quotation(text)
        let wish = retryAfter.map { "; the server asks to wait \($0.components.seconds) s" } ?? ""
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
        // Consul 1.9 and later. The request was refused before it was processed, so even a change may be sent again.
        case 429: (.tooManyConnections, true)
        case 500: internalError(text)
        // Sent by a proxy, or by an agent that limits requests.
        case 502...504: (.serverError, isRead)
        default: (.unexpectedStatus, false)
        }
    }

    private func internalError(_ text: String) -> (ConsulHTTPError.Code, isRetryable: Bool) {
        let says: (String) -> Bool = { text.contains($0) }
        // Sent after seven seconds of waiting for a leader; no data has been changed.
        if says("No cluster leader") || says("No known Consul servers") { return (.noLeader, true) }
        if says("No path to datacenter") { return (.noSuchDatacenter, false) }
        if says("ACL not found") || says("Permission denied") { return (.denied, false) }
        // The expression cannot be parsed; every server would answer the same.
        if says("boolean expression") || says("filter expression") { return (.badRequest, false) }
        // "rpc error making call: EOF" when the leader has just been lost, and all texts that are unknown.
        return (.serverError, isRead)
    }

    /// Returns Consul's text as one printable line of bounded length, without secrets.
    private func quotation(_ text: String) -> String {
        // Secrets are replaced first: the search would miss one that has been cut in two. A secret of fewer than six
        // bytes is not replaced: it occurs in ordinary text, and the replacements would reveal it.
        let safe = secrets.reduce(text) { $1.text.utf8.count < 6 ? $0 : $0.replacing($1.text, with: $1.description) }
        let line = safe.split(whereSeparator: \.isNewline).first ?? ""
        let printable = line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return printable.count > 200 ? String(printable.prefix(200)) + "..." : String(printable)
    }
}
