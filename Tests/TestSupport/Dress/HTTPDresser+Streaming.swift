// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The streaming backend: an agent holds a view of a service for a token, and a blocking query waits for the view to
/// change. A view ignores changes that its token may not see. When the token's rules change, the view is rebuilt, which
/// counts as a change only if its index has grown.
extension HTTPDresser {
    /// The interval between checks of a token's rules while there is a change that it may not see.
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
        // The view may have been rebuilt in the meantime. The unchanged index shows that it has not changed.
        return try await view(read).header("X-Consul-Index", "\(index)")
    }

    /// Returns the result that the token may read now.
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

    /// Returns the blocking query for the agent. It allows stale reads, as a server's stream needs no leader.
    private func blocking(_ read: StreamedHealthRead, behind index: UInt64, for wait: Duration) -> DressedRequest {
        let milliseconds = max(1, Int(wait / .milliseconds(1)))
        return read.request.with {
            $0[parameter: "index"] = "\(index)"
            $0[parameter: "wait"] = "\(milliseconds)ms"
            $0[parameter: "consistent"] = nil
            $0[parameter: "stale"] = ""
        }
    }

    /// Returns the nodes with changed or removed instances, as read with the management token.
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

    /// Returns true if the token may read an instance of the service on one of the nodes. If there are no nodes, the
    /// change was a different one: the agent's blocking query returns only on a change.
    private func mayRead(_ nodes: Set<String>, of read: StreamedHealthRead) async throws -> Bool {
        guard !nodes.isEmpty else { return true }
        // The limit of the endpoint for one request.
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
