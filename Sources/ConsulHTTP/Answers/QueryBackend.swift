// SPDX-License-Identifier: Apache-2.0

/// The part of Consul that answered a read (`X-Consul-Query-Backend`). More may be added.
///
/// Consul 1.10 and later answer blocking health reads, and health reads with `cached`, from a stream of events that the
/// agent keeps. These answers carry `X-Consul-KnownLeader: false` and `X-Consul-LastContact: 0` whatever the state of
/// the cluster, because the agent has not queried a server.
public struct QueryBackend: Hashable, Sendable, CustomStringConvertible {
    /// The name of the backend, as in the header.
    public let description: String

    /// A server answered.
    public static let blockingQuery = QueryBackend("blocking-query")
    /// The agent answered from its event stream.
    public static let streaming = QueryBackend("streaming")

    init(_ description: String) { self.description = description }
}
