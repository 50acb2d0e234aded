// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Collects endpoints so that each host and port is there once.
///
/// Consul lists the same address twice when it is registered on two nodes; taking both would double its share.
struct EndpointMerger {
    private(set) var endpoints: [Endpoint] = []
    /// Open addressing, a power of two, at most half full: the upper half of a hash beside an index plus one, 0 for free.
    /// Endpoints are compared only where the hashes are equal, which is to say where the endpoints are.
    private var slots: [UInt64]

    init(capacity: Int) {
        endpoints.reserveCapacity(capacity)
        var size = 8
        while size < capacity &* 2 { size &*= 2 }
        slots = [UInt64](repeating: 0, count: size)
    }

    mutating func add(_ endpoint: consuming Endpoint) {
        if endpoints.count &* 2 >= slots.count { grow() }
        let hash = EndpointMerger.hash(of: endpoint)
        var slot = firstSlot(of: hash)
        while slots[slot] != 0 {
            let index = Int(slots[slot] & 0xFFFF_FFFF) &- 1
            if slots[slot] >> 32 == hash >> 32, endpoints[index].isSame(as: endpoint) {
                endpoints[index].merge(endpoint)
                return
            }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        endpoints.append(endpoint)
        slots[slot] = (hash >> 32) << 32 | UInt64(endpoints.count)
    }

    /// Not proof against chosen addresses: whoever chooses them is Consul, and a message is bounded.
    private static func hash(of endpoint: borrowing Endpoint) -> UInt64 {
        let bits: UInt64
        switch endpoint.host {
        case .address(.v4(let address)): bits = UInt64(address.rawValue)
        case .address(.v6(let address)): bits = address.high ^ (address.low &* 3)
        // DNS does not know upper case (RFC 4343).
        case .name(let name): bits = UInt64(bitPattern: Int64(name.lowercased().hashValue))
        }
        return (bits ^ UInt64(endpoint.port) << 40) &* 0x9E37_79B9_7F4A_7C15
    }

    private func firstSlot(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 24) & (slots.count &- 1) }

    private mutating func grow() {
        slots = [UInt64](repeating: 0, count: slots.count * 2)
        for index in endpoints.indices {
            let hash = EndpointMerger.hash(of: endpoints[index])
            var slot = firstSlot(of: hash)
            while slots[slot] != 0 { slot = (slot &+ 1) & (slots.count &- 1) }
            slots[slot] = (hash >> 32) << 32 | UInt64(index + 1)
        }
    }
}

extension Endpoint {
    fileprivate func isSame(as other: Endpoint) -> Bool {
        guard port == other.port else { return false }
        return switch (host, other.host) {
        case (.name(let name), .name(let other)): name.lowercased() == other.lowercased()
        default: host == other.host
        }
    }

    /// Takes over what another record says about the same host and port. The result does not depend on which of them
    /// came first: the better priority with its weight, the larger weight of equal ones, the lesser node name.
    fileprivate mutating func merge(_ other: Endpoint) {
        if other.priority < priority {
            (priority, weight) = (other.priority, other.weight)
        } else if other.priority == priority {
            weight = max(weight, other.weight)
        }
        if let node, let otherNode = other.node {
            self.node = min(node, otherNode)
        } else {
            node = node ?? other.node
        }
    }
}
