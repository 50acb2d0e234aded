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
    package var nodeID: String?

    /// True if the agent is a server.
    public var isServer: Bool?

    /// The settings of the agent's DNS.
    package var dns = DNSSettings()

    /// True if access control is on.
    package var hasAccessControl: Bool?

    /// The policy for requests that no rule matches, if access control is on: `allow` or `deny`.
    package var defaultPolicy: String?

    /// Creates a description without values.
    package init() {}
}

extension AgentInfo: JSONReadable {
    /// Decodes the body of an answer. Consul replaces secrets by `hidden`, and this type has no members for them.
    ///
    /// - Parameter bytes: The whole body, uncompressed.
    /// - Throws: ``JSONError`` if the body is not such an object.
    package init(decoding bytes: Span<UInt8>) throws(JSONError) {
        self = try JSONReader.decode(from: bytes)
    }

    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Config": try readConfig(&reader, in: bytes)
            case "DebugConfig": try readDebugConfig(&reader, in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    private mutating func readConfig(_ reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Version": version = try reader.read(in: bytes)
            case "Datacenter": datacenter = try reader.read(in: bytes)
            case "NodeName": nodeName = try reader.read(in: bytes)
            case "NodeID": nodeID = try reader.read(in: bytes)
            case "Server": isServer = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    /// Consul's documentation says of `DebugConfig` that it "may change at any time": a member of another type counts
    /// as absent.
    private mutating func readDebugConfig(_ reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ACLsEnabled": hasAccessControl = try reader.readIfPossible(in: bytes)
            case "ACLDefaultPolicy": defaultPolicy = try reader.readIfPossible(in: bytes)
            // Newer versions have these two settings here.
            case "ACLResolverSettings":
                let settings = try reader.readIfPossible(AccessControlSettings.self, in: bytes)
                hasAccessControl = settings?.isEnabled ?? hasAccessControl
                defaultPolicy = settings?.defaultPolicy ?? defaultPolicy
            default: try dns.readMember(key, of: &reader, in: bytes)
            }
        }
    }
}

private struct AccessControlSettings: JSONReadable {
    var isEnabled: Bool?
    var defaultPolicy: String?

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ACLsEnabled": isEnabled = try reader.readIfPossible(in: bytes)
            case "ACLDefaultPolicy": defaultPolicy = try reader.readIfPossible(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
