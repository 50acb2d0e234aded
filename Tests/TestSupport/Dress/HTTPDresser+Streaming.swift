// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The streaming backend: an agent holds a view of a service for a token, and a blocking query waits for the view to
/// change. A view does not hear of what its token may not see; when the rules of the token change, it is made anew, and
/// only counts as changed if its index has grown.
extension HTTPDresser {
    /// While there is a change that the token may not see, how long to wait before its rules are looked at again.
    private static let pause = Duration.milliseconds(100)

    func streamed(_ read: StreamedHealthRead) async throws -> ConsulReply {
        guard let index = read.index else { return dressed(try await agent.forward(read.request), as: read) }
        guard let master = agent.masterToken, read.request.token ?? agent.defaultToken != master else {
            return dressed(try await agent.forward(blocking(read, behind: index, for: read.wait)), as: read)
        }
        let end = ContinuousClock.now + read.wait
        let before = try await instances(read, master)
        var seen = index
        while ContinuousClock.now < end {
            let left = end - ContinuousClock.now
            let wait = seen == index ? left : min(left, Self.pause)
            let reply = try await agent.forward(blocking(read, behind: seen, for: wait))
            guard reply.status == 200, let now = reply.index, now >= seen else { return dressed(reply, as: read) }
            if now > index, try await mayRead(changed(read, since: index, before, master), of: read) {
                return try await view(read)
            }
            seen = now
        }
        // The view may have been made anew meanwhile. That it has not changed shows in the index.
        return try await view(read).header("X-Consul-Index", "\(index)")
    }

    /// What the token sees now.
    private func view(_ read: StreamedHealthRead) async throws -> ConsulReply {
        let plain = read.request.withoutWaiting.with {
            $0[parameter: "consistent"] = nil
            $0[parameter: "stale"] = ""
        }
        return dressed(try await agent.forward(plain), as: read)
    }

    private func dressed(_ reply: ConsulReply, as read: StreamedHealthRead) -> ConsulReply {
        guard reply.status == 200 else { return reply }
        return reply.header("X-Consul-Effective-Consistency", read.consistency)
            .header("X-Consul-Knownleader", "false").header("X-Consul-Lastcontact", "0")
            .header("X-Consul-Query-Backend", "streaming")
    }

    /// The question to the agent: any server's word will do, as the stream of a server needs no leader.
    private func blocking(_ read: StreamedHealthRead, behind index: UInt64, for wait: Duration) -> DressedRequest {
        let milliseconds = max(1, Int(wait / .milliseconds(1)))
        return read.request.with {
            $0[parameter: "index"] = "\(index)"
            $0[parameter: "wait"] = "\(milliseconds)ms"
            $0[parameter: "consistent"] = nil
            $0[parameter: "stale"] = ""
        }
    }

    /// The nodes with instances that were changed or removed, in the eyes of one who may see everything.
    private func changed(
        _ read: StreamedHealthRead,
        since index: UInt64,
        _ before: [SeenInstance],
        _ master: String
    ) async throws -> Set<String> {
        let now = try await instances(read, master)
        let present = Set(now.map(\.key))
        let gone = before.filter { !present.contains($0.key) }
        return Set((now.filter { $0.lastChange > index } + gone).map(\.node.name))
    }

    private func instances(_ read: StreamedHealthRead, _ master: String) async throws -> [SeenInstance] {
        try SeenInstance.list(try await agent.forward(read.request.withoutWaiting.with { $0.token = master }).body)
    }

    /// Whether the token may see an instance of the service on one of the nodes. Without a node in particular, something
    /// else was changed, and the agent would not have answered for no reason.
    private func mayRead(_ nodes: Set<String>, of read: StreamedHealthRead) async throws -> Bool {
        guard !nodes.isEmpty else { return true }
        // As many as the endpoint takes in one request.
        let asked = nodes.sorted().prefix(63)
        let questions: [JSONObject] =
            [["Resource": "service", "Segment": .string(read.name), "Access": "read"]]
            + asked.map { ["Resource": "node", "Segment": .string($0), "Access": "read"] }
        var request = DressedRequest(reading: "/v1/internal/acl/authorize", token: read.request.token)
        request.method = "POST"
        request.body = Array("[\(try questions.map { try $0.text() }.joined(separator: ","))]".utf8)
        let reply = try await agent.forward(request)
        guard reply.status == 200 else { return false }
        let allowed = try JSONDecoder().decode([Permission].self, from: Data(reply.body)).map(\.isAllowed)
        return allowed.first == true && allowed.dropFirst().contains(true)
    }
}

private struct Permission: Decodable {
    var isAllowed: Bool

    enum CodingKeys: String, CodingKey { case isAllowed = "Allow" }
}

extension ConsulReply {
    /// The index in the headers.
    fileprivate var index: UInt64? { headers["X-Consul-Index"].first.flatMap { UInt64($0) } }
}
