// SPDX-License-Identifier: Apache-2.0

/// The result of executing a prepared query: `/v1/query/…/execute`.
public struct PreparedQueryResult: Hashable, Sendable {
    /// The service that the query is for.
    public var service: String

    /// The instances of the service, nearest first if the query says so. Checks may be missing.
    public var nodes: [ServiceEntry]

    /// The TTL of Consul's DNS answer, if the query sets one.
    public var timeToLive: Duration?

    /// The datacenter of the instances: another one after a failover.
    public var datacenter: String

    /// The number of other datacenters that were tried before instances were found.
    public var failovers: Int

    /// Creates a result.
    public init(
        service: String = "",
        nodes: [ServiceEntry] = [],
        timeToLive: Duration? = nil,
        datacenter: String = "",
        failovers: Int = 0
    ) {
        self.service = service
        self.nodes = nodes
        self.timeToLive = timeToLive
        self.datacenter = datacenter
        self.failovers = failovers
    }
}
