// SPDX-License-Identifier: Apache-2.0

extension LocalityPreference {
    /// A property that nearby endpoints have in common.
    ///
    /// DNS answers say on which node an instance runs, and no more (``Endpoint/details`` is `nil`): then only `node`
    /// and `nearest` can match.
    public enum Place: Hashable, Sendable {
        /// A Consul node, such as the one that the client itself runs on. The case of letters does not matter, as in
        /// Consul.
        case node(String)

        /// A datacenter of Consul. The case of letters does not matter.
        case datacenter(String)

        /// An entry of the instance's metadata or, if that has no such key, of its node's: the zone or the rack,
        /// wherever they are registered.
        case metadata(key: String, value: String)

        /// This many endpoints at the front of a list that is sorted by nearness
        /// (``LoadBalancer/update(_:isStale:isSorted:)``). No endpoints of an unsorted list.
        case nearest(Int)

        func contains(_ endpoint: Endpoint, order: Int?) -> Bool {
            switch self {
            case .nearest(let count):
                return order.map { $0 < count } ?? false
            case .node(let name):
                return endpoint.node.map { Self.isSame(name, $0) } ?? false
            case .datacenter(let name):
                return endpoint.details?.datacenter.map { Self.isSame(name, $0) } ?? false
            case .metadata(let key, let value):
                guard let details = endpoint.details else { return false }
                return (details.metadata[key] ?? details.nodeMetadata[key]) == value
            }
        }

        private static func isSame(_ left: String, _ right: String) -> Bool {
            if left == right { return true }
            guard left.utf8.count == right.utf8.count else { return false }
            return zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
        }

        private static func lowercased(_ byte: UInt8) -> UInt8 {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
    }
}
