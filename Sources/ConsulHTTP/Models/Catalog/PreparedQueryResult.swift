// SPDX-License-Identifier: Apache-2.0

/// What executing a prepared query gave: `/v1/query/…/execute`.
public struct PreparedQueryResult: Hashable, Sendable {
    /// The service that was asked for.
    public var service: String

    /// Its instances, nearest first if the query says so. Checks may be missing.
    public var nodes: [ServiceEntry]

    /// How long Consul's DNS would let the answer be kept, if the query says so.
    public var timeToLive: Duration?

    /// The datacenter that the instances are of: another one after a failover.
    public var datacenter: String

    /// How many other datacenters were tried before there were instances.
    public var failovers: Int

    /// A result.
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
