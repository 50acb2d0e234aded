// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPDresser {
    /// Returns true if access control filtered the result of a read.
    ///
    /// The result is compared with the same read with the management token, before and after, so that a change of the
    /// catalog between two reads is not mistaken for filtering. Consul does not report filtering to anonymous requests.
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
    /// The number of elements in the body's list or map; for an executed query, the number of instances.
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
