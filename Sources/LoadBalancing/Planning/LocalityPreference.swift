// SPDX-License-Identifier: Apache-2.0

/// A preference for nearby endpoints, as long as there are enough of them.
///
/// The nearest place that has endpoints takes the whole load while at least `minimumHealthy` of its endpoints are
/// healthy and these are, times `overprovisioning`, no fewer than it has in all. Otherwise the part that they cannot
/// take goes to the next place, and so on to all the other endpoints. A place that is short of its minimum takes the
/// part of the load that it has of the minimum: 66 % with two endpoints of three.
///
/// A client cannot know how many clients there are in its place. Where few endpoints serve many clients, a higher
/// `minimumHealthy` is the remedy (Envoy's zone-aware routing compares the shares of both, because a control plane
/// reports them).
public struct LocalityPreference: Hashable, Sendable {
    let places: [Place]
    let minimumHealthy: Int
    let overprovisioning: Double

    /// Creates a preference for endpoints of some places.
    ///
    /// - Parameters:
    ///   - places: The places in order of preference. An endpoint belongs to the first that it matches.
    ///   - minimumHealthy: The number of healthy endpoints that a place needs to be used alone. A place of fewer
    ///     endpoints, ``Place/nearest(_:)``, needs all of them.
    ///   - overprovisioning: The factor by which a place's endpoints can exceed the load that they have when all are
    ///     healthy; at least 1. At 1.4, as in Envoy, load leaves a place when less than 71.4 % of its endpoints are
    ///     healthy.
    public init(_ places: [Place], minimumHealthy: Int = 3, overprovisioning: Double = 1.4) {
        self.places = places
        self.minimumHealthy = max(0, minimumHealthy)
        self.overprovisioning = SpillOver.overprovisioning(overprovisioning)
    }

    /// Returns the position of the first place that an endpoint matches; `places.count` if it matches no place.
    ///
    /// - Parameter order: The endpoint's position in order of nearness, if there is such an order.
    func rank(of endpoint: Endpoint, order: Int? = nil) -> Int {
        places.firstIndex { $0.contains(endpoint, order: order) } ?? places.count
    }

    /// Returns the number of healthy endpoints that the place at this position needs to be used alone. Behind the
    /// places are all other endpoints, which need no minimum: no further ones could take over from them.
    func minimum(at position: Int) -> Int {
        guard position < places.count else { return 0 }
        if case .nearest(let count) = places[position] { return min(minimumHealthy, max(count, 0)) }
        return minimumHealthy
    }

    /// True if a place depends on the order of endpoints.
    package var dependsOnOrder: Bool {
        places.contains { if case .nearest = $0 { true } else { false } }
    }
}

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
        /// (``LoadBalancer/update(_:isSorted:)``). No endpoints of an unsorted list.
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
