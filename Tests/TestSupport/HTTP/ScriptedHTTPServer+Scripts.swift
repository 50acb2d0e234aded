// SPDX-License-Identifier: Apache-2.0

extension ScriptedHTTPServer {
    /// Returns a script that answers the first request with the first of these, and so on; the last one repeats.
    public static func inOrder(_ answers: [ScriptedHTTPStep]...) -> Script {
        { request in answers[min(request.sequence, answers.count - 1)] }
    }

    /// Returns a script that selects the answer with the longest prefix of the path. For other paths it sends the 404
    /// of Go's server.
    public static func byPath(_ answers: [String: [ScriptedHTTPStep]]) -> Script {
        { request in
            let prefix = answers.keys.filter(request.path.hasPrefix).max { $0.count < $1.count }
            let missing = ConsulReply(404, body: Array("404 page not found\n".utf8))
            return prefix.flatMap { answers[$0] } ?? [.reply(missing)]
        }
    }
}
