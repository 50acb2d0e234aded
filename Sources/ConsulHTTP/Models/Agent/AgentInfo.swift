// SPDX-License-Identifier: Apache-2.0

/// An agent's description of itself: `/v1/agent/self`.
///
/// A member is `nil` if the agent did not send it: Consul does not guarantee the part that holds most members, and
/// versions differ.
public struct AgentInfo: Hashable, Sendable {
    /// The version of the agent, such as `1.8.7`.
    public var version: String?

    /// The datacenter of the agent.
    public var datacenter: String?

    /// The name of the agent's node.
    public var nodeName: String?

    /// The id of the agent's node, a UUID.
    public var nodeID: String?

    /// True if the agent is a server.
    public var isServer: Bool?

    /// The settings of the agent's DNS.
    public var dns = DNSSettings()

    /// True if access control is on.
    public var hasAccessControl: Bool?

    /// The policy for requests that no rule matches, if access control is on: `allow` or `deny`.
    public var defaultPolicy: String?

    /// Creates a description without values.
    public init() {}
}
