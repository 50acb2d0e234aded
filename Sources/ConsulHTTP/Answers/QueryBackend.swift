// SPDX-License-Identifier: Apache-2.0

/// The part of Consul that answered a read (`X-Consul-Query-Backend`). More may be added.
///
/// Consul 1.10 and later answer health reads that wait for a change, or that may be answered from the agent's cache, from
/// a stream of events that the agent keeps. Its answers carry `X-Consul-KnownLeader: false` and
/// `X-Consul-LastContact: 0` whatever the state of the cluster: the agent has not asked a server.
public struct QueryBackend: Hashable, Sendable, CustomStringConvertible {
    /// The backend's name, as the header gives it.
    public let description: String

    /// A server was asked.
    public static let blockingQuery = QueryBackend("blocking-query")
    /// The agent answered from the stream of events that it keeps.
    public static let streaming = QueryBackend("streaming")

    init(_ description: String) { self.description = description }
}
