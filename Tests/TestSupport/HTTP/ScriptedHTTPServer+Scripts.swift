// SPDX-License-Identifier: Apache-2.0

extension ScriptedHTTPServer {
    /// A script that gives the first request the first of these, and so on; the last is repeated.
    public static func inOrder(_ answers: [ScriptedHTTPStep]...) -> Script {
        { request in answers[min(request.sequence, answers.count - 1)] }
    }

    /// A script that goes by the longest of these prefixes that the path begins with; without one, it is 404 as Go's
    /// server says it.
    public static func byPath(_ answers: [String: [ScriptedHTTPStep]]) -> Script {
        { request in
            let prefix = answers.keys.filter(request.path.hasPrefix).max { $0.count < $1.count }
            let missing = ConsulReply(404, body: Array("404 page not found\n".utf8))
            return prefix.flatMap { answers[$0] } ?? [.reply(missing)]
        }
    }
}
