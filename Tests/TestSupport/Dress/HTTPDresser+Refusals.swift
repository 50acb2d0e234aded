// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPDresser {
    private static let checkVerbs = ["update", "pass", "warn", "fail", "deregister"]

    /// Returns the refusal of a newer version where the agent accepts or sends another status; `nil` for other
    /// requests.
    func refusal(of request: DressedRequest) async throws -> ConsulReply? {
        guard request.method == "PUT" else { return nil }
        if let limit = dress.maximumEventPayload, request.path.hasPrefix("/v1/event/fire/"), request.body.count > limit
        {
            return .words(
                413,
                """
                Event payload too large, received \(request.body.count) bytes, max size: \(limit) bytes. \
                User events should be kept small for efficiency.
                """
            )
        }
        guard dress.reportsUnknown else { return nil }
        if let id = request.segment(after: "/v1/agent/service/deregister/"), try await !has(id, in: "services") {
            return .words(
                404,
                "Unknown service ID \"\(id)\". Ensure that the service ID is passed, not the service name."
            )
        }
        for verb in Self.checkVerbs {
            if let id = request.segment(after: "/v1/agent/check/\(verb)/"), try await !has(id, in: "checks") {
                return .words(
                    404,
                    "Unknown check ID \"\(id)\". Ensure that the check ID is passed, not the check name."
                )
            }
        }
        return nil
    }

    /// Returns true if the agent has this service or check.
    private func has(_ id: String, in kind: String) async throws -> Bool {
        let read = DressedRequest(reading: "/v1/agent/\(kind)", token: agent.masterToken)
        return try JSONObject(parsing: try await agent.forward(read).text)[id] != nil
    }

    /// Returns the newer text after "Permission denied", as far as the path reveals the missing permission.
    func explanation(of request: DressedRequest) async throws -> String {
        guard let (permission, resource) = permission(for: request) else { return "" }
        let lack = "lacks permission '\(permission)' on \"\(resource)\""
        guard let token = request.token ?? agent.defaultToken else {
            return
                ": anonymous token \(lack). The anonymous token is used implicitly when a request does not specify a token."
        }
        let own = try await agent.forward(DressedRequest(reading: "/v1/acl/token/self", token: token))
        let accessor = try JSONObject(parsing: own.text)["AccessorID"]?.string ?? ""
        return ": token with AccessorID '\(accessor)' \(lack)"
    }

    private func permission(for request: DressedRequest) -> (String, on: String)? {
        let access = request.method == "GET" ? "read" : "write"
        if let key = request.segment(after: "/v1/kv/") { return ("key:\(access)", key) }
        if let name = request.segment(after: "/v1/event/fire/") { return ("event:write", name) }
        return switch request.path {
        case "/v1/session/create": ("session:write", agent.node)
        case "/v1/agent/self": ("agent:read", agent.node)
        default: nil
        }
    }
}
