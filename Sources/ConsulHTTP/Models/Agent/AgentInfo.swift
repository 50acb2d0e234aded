// SPDX-License-Identifier: Apache-2.0

/// What an agent says about itself: `/v1/agent/self`.
///
/// Whatever is nil the agent did not say: Consul promises nothing about the part that most of this stands in, and
/// versions differ.
public struct AgentInfo: Hashable, Sendable {
    /// Its version, such as `1.8.7`.
    public var version: String?

    /// Its datacenter.
    public var datacenter: String?

    /// The name of its node.
    public var nodeName: String?

    /// The id of its node, a UUID.
    public var nodeID: String?

    /// Whether it is one of the servers.
    public var isServer: Bool?

    /// How its DNS answers.
    public var dns = DNSSettings()

    /// Whether access control is on.
    public var hasAccessControl: Bool?

    /// What happens to a request that no rule is about, if access control is on: `allow` or `deny`.
    public var defaultPolicy: String?

    /// An agent that says nothing.
    public init() {}
}
