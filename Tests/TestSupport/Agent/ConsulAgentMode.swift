// SPDX-License-Identifier: Apache-2.0

/// The kind of agent to run.
public enum ConsulAgentMode: Sendable, Hashable {
    /// A single server that elects itself and keeps everything in memory.
    case dev
    /// A server that elects a leader among this many servers, itself included. ``ConsulCluster`` joins them.
    case server(expecting: Int)
    /// A server that expects two others, which never join, so that there is never a leader.
    case lone
    /// A client that knows no servers.
    case client

    /// The command line arguments in addition to the configuration file.
    var arguments: [String] {
        self == .dev ? ["-dev"] : []
    }

    /// True if the agent can become able to answer catalog requests.
    var hasLeader: Bool {
        switch self {
        case .dev, .server: true
        case .lone, .client: false
        }
    }

    /// The settings of this mode.
    var configuration: JSONObject {
        switch self {
        case .dev: [:]
        case .server(let count): ["server": true, "bootstrap_expect": .number(Double(count))]
        case .lone: ["server": true, "bootstrap_expect": 3]
        case .client: ["server": false]
        }
    }
}
