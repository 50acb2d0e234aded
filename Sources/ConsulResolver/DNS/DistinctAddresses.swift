// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress

/// The usual answer: every instance has an address, and no two have the same one. Then nothing has to be merged, and
/// endpoints are made in one go. This runs for every answer; what it saves is as much as reading the answer costs.
enum DistinctAddresses {
    /// The endpoints of instances that all have addresses, each another one; `nil` when that is not so, or not certain.
    static func endpoints(of instances: [ServiceInstance]) -> [Endpoint]? {
        guard areDistinct(instances) else { return nil }
        var endpoints: [Endpoint] = []
        endpoints.reserveCapacity(instances.count)
        for instance in instances {
            guard case .address(let address, let node) = instance.target else { return nil }
            endpoints.append(
                Endpoint(
                    host: .address(address),
                    port: instance.port,
                    priority: instance.priority,
                    weight: instance.weight,
                    node: node
                )
            )
        }
        return endpoints
    }

    /// Compares hashes only: two of them being equal by chance costs the long way, and nothing else.
    private static func areDistinct(_ instances: [ServiceInstance]) -> Bool {
        var size = 8
        while size < instances.count &* 2 { size &*= 2 }
        // Open addressing; 0 is free, and no hash.
        var slots = [UInt32](repeating: 0, count: size)
        for index in instances.indices {
            guard case .address(let address, _) = instances[index].target, address.canBeConnectedTo else {
                return false
            }
            let hash = hash(of: address, instances[index].port)
            let tag = UInt32(truncatingIfNeeded: hash) | 1
            var slot = Int(truncatingIfNeeded: hash >> 40) & (size &- 1)
            while slots[slot] != 0 {
                if slots[slot] == tag { return false }
                slot = (slot &+ 1) & (size &- 1)
            }
            slots[slot] = tag
        }
        return true
    }

    private static func hash(of address: IPAddress, _ port: UInt16) -> UInt64 {
        let bits: UInt64
        switch address {
        case .v4(let address): bits = UInt64(address.rawValue)
        case .v6(let address): bits = address.high &* 31 ^ address.low
        }
        let mixed = (bits ^ UInt64(port) << 40) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ mixed >> 29
    }
}
