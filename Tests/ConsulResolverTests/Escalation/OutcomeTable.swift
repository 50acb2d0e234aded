// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport

@testable import ResolutionModel

/// The outcome of every state of DNS with every state of HTTP. The documentation has the same table.
enum OutcomeTable {
    static let text = """
        | DNS \\ HTTP | answers | down | 403 | 500 | empty | slow |
        |---|---|---|---|---|---|---|
        | answers | DNS | DNS | DNS | DNS | DNS | DNS |
        | silent | HTTP | unknown | unknown | unknown | empty: noSuchService | unknown |
        | closed port | HTTP | unknown | unknown | unknown | empty: noSuchService | unknown |
        | REFUSED | HTTP | unknown | unknown | unknown | empty: noSuchService | unknown |
        | SERVFAIL | HTTP | unknown | unknown | unknown | empty: noSuchService | unknown |
        | trimmed | HTTP | DNS, incomplete | DNS, incomplete | DNS, incomplete | DNS, incomplete | DNS, incomplete |
        | empty | HTTP | empty | unknown | empty | empty: noSuchService | empty |
        """

    /// A state of DNS.
    enum DNSState: String, CaseIterable {
        case answers, silent, closed = "closed port", refused = "REFUSED", failure = "SERVFAIL", trimmed, empty

        func steps(for query: ScriptedQuery) -> [ScriptedStep] {
            switch self {
            case .answers: return [.reply(.service(to: query, count: 2).withEDNS(of: query))]
            case .silent, .closed: return []
            case .refused: return [.reply(DNSReply(to: query).with { $0.code = .refused })]
            case .failure: return [.reply(DNSReply(to: query).with { $0.code = .serverFailure })]
            case .trimmed:
                return [.reply(.service(to: query, count: 2).withEDNS(of: query).with { $0.isTruncated = true })]
            case .empty: return [.reply(.nothing(to: query, code: .nameError).withEDNS(of: query))]
            }
        }
    }

    /// A state of the HTTP API.
    enum HTTPState: String, CaseIterable {
        case answers, down, denied = "403", failure = "500", empty, slow

        var script: ScriptedHTTPServer.Script {
            switch self {
            case .answers:
                return ScriptedHTTPServer.byPath([
                    "/v1/health": [.reply(.health(HealthEntry.instances(of: "web", count: 3)))]
                ])
            case .denied: return { _ in [.reply(.unknownToken)] }
            case .failure: return { _ in [.reply(.failure(500, "rpc error making call: EOF"))] }
            case .empty:
                return ScriptedHTTPServer.byPath([
                    "/v1/health": [.reply(.json("[]"))],
                    "/v1/internal/acl": [.reply(.failure(401, "ACL support disabled"))],
                ])
            case .down, .slow: return { _ in [] }
            }
        }
    }

    /// The row of the table for a state of DNS.
    static func row(_ state: DNSState) -> String {
        text.split(separator: "\n").first { $0.hasPrefix("| \(state.rawValue) |") }.map(String.init) ?? "no such row"
    }
}

extension Resolution {
    /// The resolution as the table writes it.
    var summary: String {
        let way = source == .http ? "HTTP" : "DNS"
        switch outcome {
        case .endpoints(let endpoints):
            // HTTP has one endpoint more, so that the two sources cannot be confused.
            guard endpoints.count == (source == .http ? 3 : 2) else { return "\(endpoints.count) endpoints by \(way)" }
            return isComplete ? way : "\(way), incomplete"
        case .empty(let reason): return reason.map { "empty: \($0)" } ?? "empty"
        case .unknown: return "unknown"
        }
    }
}
