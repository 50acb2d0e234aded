// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A client's request on its way to the agent, with a query string that can be changed.
struct DressedRequest: Sendable {
    var method: String
    var path: String
    /// The parameters, still percent-encoded.
    private(set) var parameters: [Substring]
    var headers: [HeaderField]
    var body: [UInt8]

    /// Header fields that concern one connection or the encoding of its messages.
    private static let hopByHop: Set = [
        "host", "connection", "keep-alive", "content-length", "transfer-encoding", "accept-encoding", "te",
    ]

    init(_ request: ScriptedHTTPRequest) {
        method = request.method
        path = request.path
        parameters = request.target.drop { $0 != "?" }.dropFirst().split(separator: "&")
        headers = request.headers.filter { !Self.hopByHop.contains($0.name.lowercased()) }
        body = request.body
    }

    /// Makes a GET request with a token.
    init(reading path: String, token: String?) {
        method = "GET"
        self.path = path
        parameters = []
        headers = token.map { [HeaderField("X-Consul-Token", $0)] } ?? []
        body = []
    }

    /// The value of a parameter, empty if it has none; `nil` if the parameter is absent.
    subscript(parameter name: String) -> String? {
        get {
            let found = parameters.first { $0.prefix { $0 != "=" } == name }
            return found.map { String($0.dropFirst(name.count + 1)).removingPercentEncoding ?? "" }
        }
        set {
            parameters.removeAll { $0.prefix { $0 != "=" } == name }
            if let newValue { parameters.append(newValue.isEmpty ? Substring(name) : "\(name)=\(newValue)") }
        }
    }

    /// The client's token.
    var token: String? {
        get {
            if let parameter = self[parameter: "token"], !parameter.isEmpty { return parameter }
            if let header = headers["X-Consul-Token"].first, !header.isEmpty { return header }
            let bearer = headers["Authorization"].first.flatMap { $0.hasPrefix("Bearer ") ? $0.dropFirst(7) : nil }
            return bearer.map(String.init)
        }
        set {
            self[parameter: "token"] = nil
            headers.removeAll { ["x-consul-token", "authorization"].contains($0.name.lowercased()) }
            if let newValue { headers.append(HeaderField("X-Consul-Token", newValue)) }
        }
    }

    /// Returns a changed copy.
    func with(_ change: (inout DressedRequest) -> Void) -> DressedRequest {
        var changed = self
        change(&changed)
        return changed
    }

    /// The same request as a read that returns at once.
    var withoutWaiting: DressedRequest {
        with {
            $0[parameter: "index"] = nil
            $0[parameter: "wait"] = nil
        }
    }

    /// Returns the decoded segment after the prefix; `nil` for other paths.
    func segment(after prefix: String) -> String? {
        guard path.hasPrefix(prefix), path.utf8.count > prefix.utf8.count else { return nil }
        return String(path.dropFirst(prefix.count)).removingPercentEncoding
    }

    /// The request as HTTP/1.0, so that the end of the connection ends the reply.
    var bytes: [UInt8] {
        let query = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
        var lines = ["\(method) \(path)\(query) HTTP/1.0", "Host: localhost"]
        lines += headers.map { "\($0.name): \($0.value)" }
        if method != "GET" { lines.append("Content-Length: \(body.count)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}
