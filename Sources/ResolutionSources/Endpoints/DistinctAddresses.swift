// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress

/// The fast path for the usual answer, in which every instance has an address and port of its own. Such instances need
/// no merging. This runs for every answer, and saves as much time as parsing the answer takes.
enum DistinctAddresses {
    /// Returns the endpoints of instances with distinct addresses; `nil` if an instance has no usable address, or the
    /// addresses may not be distinct.
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

    /// Returns true if all hashes differ. A hash collision only costs the slow path.
    private static func areDistinct(_ instances: [ServiceInstance]) -> Bool {
        var size = 8
        while size < instances.count &* 2 { size &*= 2 }
        // A hash table with open addressing. 0 marks a free slot; no tag is 0.
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
