// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// The reason that Consul gives for refusing a token, parsed from its message. Consul 1.8 says only `Permission
/// denied`; newer versions name the token by its accessor ID, which is no secret, and the permission that it lacks. A
/// pure value.
struct Denial: Hashable {
    enum Reason: Hashable {
        /// The token does not exist, or no longer exists.
        case unknownToken
        /// The token lacks a permission. `rule` is the text for its policy, `permission` the same for people.
        case missing(rule: String, permission: String)
        /// Consul does not say.
        case notTold
    }

    let reason: Reason
    /// The accessor ID of the token; `nil` if Consul does not name it.
    let accessor: String?

    /// - Parameter message: The message of Consul, which may be part of a longer text.
    init(message: String) {
        accessor = Self.quoted(by: "'", after: "AccessorID ", in: message)
        if message.contains("ACL not found") {
            reason = .unknownToken
        } else if let permission = Self.quoted(by: "'", after: "lacks permission ", in: message) {
            let resource = Self.quoted(by: "\"", after: "lacks permission '\(permission)' on ", in: message)
            reason = .missing(
                rule: Self.rule(permission, resource),
                permission: permission + (resource.map { " for \($0)" } ?? "")
            )
        } else {
            reason = .notTold
        }
    }

    /// Returns the rules that a token needs to read a service or, for `nil`, every service.
    static func rules(for service: String?) -> String {
        let subject = service.map { "service \"\($0)\"" } ?? "service_prefix \"\""
        return "\(subject) { policy = \"read\" } and node_prefix \"\" { policy = \"read\" }"
    }

    /// Returns the policy rule that grants a permission such as `service:read` on a resource.
    private static func rule(_ permission: String, _ resource: String?) -> String {
        let parts = permission.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return permission }
        return resource.map { "\(parts[0]) \"\($0)\" { policy = \"\(parts[1])\" }" } ?? "\(parts[0]) = \"\(parts[1])\""
    }

    private static func quoted(by quote: Character, after words: String, in text: String) -> String? {
        guard let start = text.firstRange(of: words + String(quote))?.upperBound else { return nil }
        let rest = text[start...]
        return rest.firstIndex(of: quote).map { String(rest[..<$0]) }
    }
}
