// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Collects endpoints so that each host and port is there once.
///
/// Consul lists the same address twice when it is registered on two nodes; taking both would double its share.
struct EndpointMerger {
    private(set) var endpoints: [Endpoint] = []
    /// Open addressing: indices into `endpoints`, -1 for free. A power of two, at most half full.
    private var slots: [Int32]

    init(capacity: Int) {
        endpoints.reserveCapacity(capacity)
        var size = 8
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
    }

    mutating func add(_ endpoint: Endpoint) {
        if endpoints.count * 2 >= slots.count { grow() }
        var slot = firstSlot(of: endpoint)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if endpoints[index].port == endpoint.port && EndpointMerger.isSame(endpoints[index].host, endpoint.host) {
                endpoints[index].merge(endpoint)
                return
            }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        slots[slot] = Int32(endpoints.count)
        endpoints.append(endpoint)
    }

    /// The case of a name does not matter (RFC 4343).
    private static func isSame(_ host: Host, _ other: Host) -> Bool {
        if case .name(let name) = host, case .name(let otherName) = other {
            return name == otherName || name.lowercased() == otherName.lowercased()
        }
        return host == other
    }

    /// Where the search for an endpoint begins. Not proof against chosen addresses: whoever chooses them is Consul, and
    /// a message is bounded.
    private func firstSlot(of endpoint: Endpoint) -> Int {
        let bits: UInt64
        switch endpoint.host {
        case .address(.v4(let address)): bits = UInt64(address.rawValue)
        case .address(.v6(let address)): bits = address.high ^ address.low
        case .name(let name): bits = UInt64(bitPattern: Int64(name.lowercased().hashValue))
        }
        let mixed = (bits ^ UInt64(endpoint.port) << 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & (slots.count &- 1)
    }

    private mutating func grow() {
        let kept = endpoints
        self = EndpointMerger(capacity: slots.count)
        for endpoint in kept { add(endpoint) }
    }
}

extension Endpoint {
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
