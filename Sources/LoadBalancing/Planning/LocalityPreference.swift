// SPDX-License-Identifier: Apache-2.0

/// Endpoints nearby come first, as long as there are enough of them.
///
/// The nearest place that has endpoints takes all load while at least `minimumHealthy` of its endpoints are healthy
/// and these are, times `overprovisioning`, no fewer than it has in all. Otherwise the part that they cannot take
/// goes to the next place, and so on to all the other endpoints. A place that is short of its minimum takes the part
/// of the load that it has of the minimum: 66 % with two endpoints of three.
///
/// What a client cannot know is how many clients there are in its place. Where few endpoints serve many clients, a
/// higher `minimumHealthy` is the remedy (Envoy's zone-aware routing compares the shares of both, for it is told).
public struct LocalityPreference: Hashable, Sendable {
    /// The places, the most preferred first. An endpoint belongs to the first that it matches.
    public let places: [Place]

    /// How many healthy endpoints a place needs to be used alone. 3 unless given otherwise. A place of fewer,
    /// ``Place/nearest(_:)``, needs all of them.
    public let minimumHealthy: Int

    /// How much more a place's endpoints can take than they have to when all are healthy: 1.4 unless given otherwise,
    /// as in Envoy. With 1.4, load leaves a place when less than 71.4 % of its endpoints are healthy. At least 1.
    public let overprovisioning: Double

    /// A preference for endpoints of some places.
    public init(_ places: [Place], minimumHealthy: Int = 3, overprovisioning: Double = 1.4) {
        self.places = places
        self.minimumHealthy = max(0, minimumHealthy)
        self.overprovisioning = SpillOver.overprovisioning(overprovisioning)
    }

    /// The position of the first place that an endpoint is at; `places.count` if it is at none.
    ///
    /// - Parameter order: The endpoint's position in order of nearness, if there is such an order.
    func rank(of endpoint: Endpoint, order: Int? = nil) -> Int {
        places.firstIndex { $0.contains(endpoint, order: order) } ?? places.count
    }

    /// How many healthy endpoints the place at this position needs to be used alone. Behind the places are all others,
    /// which need no minimum: there are no more that could take over from them.
    func minimum(at position: Int) -> Int {
        guard position < places.count else { return 0 }
        if case .nearest(let count) = places[position] { return min(minimumHealthy, max(count, 0)) }
        return minimumHealthy
    }

    /// Whether a place depends on the order of endpoints.
    package var dependsOnOrder: Bool {
        places.contains { if case .nearest = $0 { true } else { false } }
    }
}
