// SPDX-License-Identifier: Apache-2.0

/// What kind of agent to run.
public enum ConsulAgentMode: Sendable, Hashable {
    /// A server on its own that elects itself and keeps everything in memory.
    case dev
    /// A server that elects a leader among so many, of which it is one: for ``ConsulCluster``, which brings them
    /// together.
    case server(expecting: Int)
    /// A server that expects two others, which never come: there is never a leader.
    case lone
    /// A client that knows no servers.
    case client

    /// Command line arguments beside the configuration file.
    var arguments: [String] {
        self == .dev ? ["-dev"] : []
    }

    /// Whether the agent can become able to answer for a catalog.
    var hasLeader: Bool {
        switch self {
        case .dev, .server: true
        case .lone, .client: false
        }
    }

    /// What the mode asks of the configuration file.
    var configuration: JSONObject {
        switch self {
        case .dev: [:]
        case .server(let count): ["server": true, "bootstrap_expect": .number(Double(count))]
        case .lone: ["server": true, "bootstrap_expect": 3]
        case .client: ["server": false]
        }
    }
}
