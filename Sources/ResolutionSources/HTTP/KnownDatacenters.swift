// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers
import ResolverSupport

/// The datacenters that Consul has listed, and those for which it has answered requests.
///
/// Consul gives the same answer about a datacenter without a path as about one that does not exist: "No path to
/// datacenter" over HTTP, NXDOMAIN over DNS. A server that has restarted in the meantime no longer lists the datacenter
/// either. For a datacenter in this set, that answer means that Consul could not look, and the outcome is unknown.
package final class KnownDatacenters: Sendable {
    private let names: NIOLockedValueBox<BoundedSet<String>>

    /// - Parameter names: The datacenters known from an earlier process.
    package init(_ names: some Sequence<String> = []) {
        var memory = BoundedSet<String>()
        for name in names { memory.insert(name.lowercased()) }
        self.names = NIOLockedValueBox(memory)
    }

    package func contains(_ name: String) -> Bool {
        names.withLockedValue { $0.contains(name.lowercased()) }
    }

    package func insert(_ name: String) {
        names.withLockedValue { $0.insert(name.lowercased()) }
    }
}

/// The datacenter of the agent. It never changes, so it is requested once.
final class OwnDatacenter: Sendable {
    private let known = NIOLockedValueBox<String?>(nil)

    /// Returns the name of the datacenter, from the agent or from memory.
    ///
    /// - Returns: `nil` if the agent does not report it; the token needs `agent:read`.
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    func name(from client: ConsulHTTPClient, timeout: Duration) async throws -> String? {
        if let name = known.withLockedValue({ $0 }) { return name }
        do {
            let name = try await client.agent(timeout: timeout).datacenter
            known.withLockedValue { $0 = name }
            return name
        } catch let error as ConsulHTTPError where error.code != .closed {
            return nil
        }
    }
}
