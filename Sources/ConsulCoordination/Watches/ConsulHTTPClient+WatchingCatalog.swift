// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// Watches of the catalog. Instances of a service are watched with
/// ``/ConsulHTTP/ConsulHTTPClient/watchServiceHealth(_:)``.
extension ConsulHTTPClient {
    /// Returns a watch of the names and tags of all services of a datacenter. The first query is sent when it is iterated.
    ///
    /// Each registration in the datacenter ends the blocking query; only other names or tags are an update.
    ///
    /// - Parameter options: The options of the read, such as the datacenter.
    public func watchServices(options: ReadOptions = ReadOptions()) -> ConsulWatch<[CatalogService]> {
        watch(CatalogRead.services(options)) { try CatalogRead.decodeServices($0) }
    }

    /// Returns a watch of the nodes of a datacenter. The first query is sent when it is iterated.
    ///
    /// - Parameter options: The options of the read, such as the datacenter.
    public func watchNodes(options: ReadOptions = ReadOptions()) -> ConsulWatch<[ServiceEntry.Node]> {
        watch(CatalogRead.nodes(options)) { try CatalogRead.decodeNodes($0) }
    }

    /// Returns a watch of health checks. The first query is sent when it is iterated.
    ///
    /// A new output of a check is an update, too. Compare statuses if only they matter.
    ///
    /// - Parameters:
    ///   - selection: The checks: those of a service, of a node, or of a status.
    ///   - options: The options of the read, such as the datacenter.
    public func watchHealthChecks(
        _ selection: HealthCheck.Selection,
        options: ReadOptions = ReadOptions()
    ) -> ConsulWatch<[HealthCheck]> {
        watch(CatalogRead.checks(selection, options)) { try CatalogRead.decodeChecks($0) }
    }
}
