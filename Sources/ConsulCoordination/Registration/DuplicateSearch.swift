// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NetworkAddress

/// Finds other instances of a service with the same address and port.
///
/// Ids of instances are unique per node only. Two agents that list the same address make callers count one instance
/// twice, and when it stops, the other registration stays (hashicorp/consul#8930). An address of the loopback interface
/// means another machine on each node.
enum DuplicateSearch {
    /// Returns the nodes that list another instance with the same address and port.
    ///
    /// - Parameters:
    ///   - incarnation: The incarnation of the instance, by which it is recognized.
    ///   - entries: All instances of the service.
    /// - Returns: `nil` if the instance itself is not listed: its node is not known then. The catalog may not have it yet,
    ///   or the token may not see it.
    static func nodes(withAddressOf incarnation: String, among entries: [ServiceEntry]) -> [String]? {
        guard let own = entries.first(where: { $0.service.meta[ServiceDescription.incarnationKey] == incarnation })
        else { return nil }
        guard own.service.port != 0, IPAddress(own.address)?.isLoopback != true else { return [] }
        let same = entries.filter { entry in
            entry.node.name != own.node.name && entry.service.port == own.service.port
                && Self.isSame(entry.address, own.address)
        }
        return Set(same.map(\.node.name)).sorted()
    }

    private static func isSame(_ first: String, _ second: String) -> Bool {
        if let first = IPAddress(first), let second = IPAddress(second) { return first.unmapped == second.unmapped }
        return first.lowercased() == second.lowercased()
    }
}
