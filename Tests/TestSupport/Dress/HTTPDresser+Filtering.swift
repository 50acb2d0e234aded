// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPDresser {
    /// Whether the access control left something out of a read.
    ///
    /// The same read with the management token tells, once before and once after: a change of the catalog between two
    /// reads must not look like that. Consul keeps it from those who come without a token.
    func isFiltered(_ reply: ConsulReply, to request: DressedRequest) async throws -> Bool {
        guard request.method == "GET", reply.status == 200, !reply.headers["X-Consul-Knownleader"].isEmpty,
            agent.hasAccessControl, let master = agent.masterToken,
            let token = request.token ?? agent.defaultToken, token != master,
            let shown = reply.elementCount
        else { return false }
        let everything = request.withoutWaiting.with { $0.token = master }
        let now = request.withoutWaiting
        guard let before = try await agent.forward(everything).elementCount, before > shown,
            let still = try await agent.forward(now).elementCount,
            let after = try await agent.forward(everything).elementCount
        else { return false }
        return still < min(before, after)
    }
}

extension ConsulReply {
    /// How many elements the list or the map in the body has; for an executed query, the instances.
    fileprivate var elementCount: Int? {
        let value = try? JSONDecoder().decode(JSONObject.Value.self, from: Data(body))
        return switch value {
        case .array(let elements): elements.count
        case .object(let object):
            if case .array(let nodes) = object["Nodes"] { nodes.count } else { object.members.count }
        default: nil
        }
    }
}
