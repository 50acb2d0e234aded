// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Answers HTTP requests as an agent of the imitated version would.
struct HTTPDresser: Sendable {
    let agent: DressedAgent

    var dress: AgentDress { agent.dress }

    /// Returns the reply to a request. An error means that the agent sent none.
    func reply(to request: DressedRequest) async throws -> ConsulReply {
        if let refusal = try await refusal(of: request) { return withDefaultPolicy(refusal) }
        if dress.streamsHealth, let health = StreamedHealthRead(request) {
            return withDefaultPolicy(bare(try await streamed(health)))
        }
        var reply = try await agent.forward(request)
        if dress.reportsUnknown, request.path.hasPrefix("/v1/"), reply.isUnknownPath {
            return .unknownPath
        }
        if dress.streamsHealth, !reply.headers["X-Consul-Knownleader"].isEmpty {
            reply = reply.header("X-Consul-Query-Backend", "blocking-query")
        }
        if dress.tellsFiltering, try await isFiltered(reply, to: request) {
            reply = reply.header("X-Consul-Results-Filtered-By-Acls", "true")
        }
        if dress.explainsDenials, reply.status == 403, reply.text == "Permission denied" {
            reply.body += try await explanation(of: request).utf8
        }
        if dress.typesEmptyReplies, request.method == "PUT", reply.status == 200, reply.headers["Content-Type"].isEmpty
        {
            reply = reply.header("Content-Type", "application/json; charset=utf-8")
        }
        if request.path == "/v1/agent/self", reply.status == 200 {
            reply.body = Array(try selfDescription(JSONObject(parsing: reply.text)).text().utf8)
        }
        return withDefaultPolicy(bare(reply))
    }

    private func withDefaultPolicy(_ reply: ConsulReply) -> ConsulReply {
        dress.tellsDefaultPolicy ? reply.header("X-Consul-Default-Acl-Policy", agent.defaultPolicy) : reply
    }

    /// Returns a failed reply without the headers that newer versions omit.
    private func bare(_ reply: ConsulReply) -> ConsulReply {
        guard dress.hasBareFailures, reply.status == 403 || reply.status >= 500 else { return reply }
        let names = ["Index", "Knownleader", "Lastcontact", "Query-Backend", "Effective-Consistency"]
        return names.reduce(reply) { $0.header("X-Consul-\($1)", nil) }
    }

    /// Returns the agent's `/v1/agent/self` with the imitated version, with the default policy where that version keeps
    /// it, and with the ports of the proxy.
    private func selfDescription(_ own: JSONObject) throws -> JSONObject {
        var changed = own
        if let version = dress.version { changed = changed.merging(["Config": ["Version": .string(version)]]) }
        if changed["DebugConfig"] != nil {
            changed = changed.merging([
                "DebugConfig": [
                    "DNSPort": .number(Double(agent.facePorts.dns)), "HTTPPort": .number(Double(agent.facePorts.http)),
                    "ACLDefaultPolicy": .null,
                    "ACLResolverSettings": ["ACLDefaultPolicy": .string(agent.defaultPolicy)],
                ]
            ])
        }
        return changed
    }
}

extension ConsulReply {
    /// The reply of newer versions to an unknown path. It is the only one that does not name the default policy.
    fileprivate static let unknownPath = ConsulReply(
        404,
        headers: [HeaderField("Content-Type", "text/plain; charset=utf-8")],
        body: Array("Invalid URL path: not a recognized HTTP API endpoint\n".utf8)
    )

    /// True if the reply is 1.8.7's to an unknown path: 404 without a body. The 404 for an unknown key has an index.
    fileprivate var isUnknownPath: Bool {
        status == 404 && body.isEmpty && headers["X-Consul-Index"].isEmpty
    }

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// Returns a failure with a plain-text body in Consul's words.
    static func words(_ status: Int, _ text: String) -> ConsulReply {
        ConsulReply(
            status,
            headers: [HeaderField("Content-Type", "text/plain; charset=utf-8")],
            body: Array(text.utf8)
        )
    }
}
