// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import ResolverSupport

/// The registered endpoints, and for a while the records of those that have left. A value; its caller supplies the
/// function that makes records.
struct EndpointRegistry {
    /// Sorted by host and port, without duplicates.
    private(set) var endpoints: [RegisteredEndpoint] = []
    private var departed: [HostPort: (record: EndpointRecord, until: Moment)] = [:]
    /// True if there have been endpoints, so that others are newcomers.
    private(set) var hasBegun = false

    private let hold: Duration

    /// The limit for records of departed endpoints in a small service; up to twice as many are held for a while. A
    /// service that changes ten thousand times a second must not fill the memory within the length of the hold.
    private static let leastDeparted = 1024

    init(hold: Duration) {
        self.hold = hold
    }

    /// A list of endpoints, put in order. It is made without the registry and its lock, because sorting takes longest.
    struct Listing {
        /// Sorted by host and port, without duplicates.
        fileprivate let endpoints: [(target: HostPort, endpoint: Endpoint)]
        /// The first position of each endpoint in the list, if that is sorted by nearness.
        fileprivate let positions: [HostPort: Int]

        /// - Parameter isSorted: True if the list is sorted by nearness.
        init(_ endpoints: [Endpoint], isSorted: Bool) {
            self.endpoints = EndpointRegistry.distinct(endpoints)
            positions =
                isSorted
                ? Dictionary(endpoints.enumerated().map { ($1.hostPort, $0) }) { first, _ in first }
                : [:]
        }
    }

    /// Replaces the list. Both lists are sorted, so that one pass compares them.
    ///
    /// - Parameter makeRecord: Makes the record of an endpoint that is not known yet.
    /// - Returns: True if anything has changed.
    mutating func replace(
        with listing: Listing,
        at now: Moment,
        makeRecord: (Endpoint, _ joinedAt: Moment?) -> EndpointRecord
    ) -> Bool {
        guard !isSame(listing) else { return false }
        var (next, gone, index): ([RegisteredEndpoint], [RegisteredEndpoint], Int) = ([], [], 0)
        next.reserveCapacity(listing.endpoints.count)
        for (target, endpoint) in listing.endpoints {
            while index < endpoints.count, endpoints[index].record.target < target {
                gone.append(endpoints[index])
                index += 1
            }
            let order = listing.positions[target]
            if index < endpoints.count, endpoints[index].record.target == target {
                next.append(endpoints[index].listed(as: endpoint, order: order, at: now))
                index += 1
                continue
            }
            let joinedAt = hasBegun ? now : nil
            let record: EndpointRecord
            if let old = departed.removeValue(forKey: target), old.until > now {
                record = old.record
                record.list(endpoint)
            } else {
                record = makeRecord(endpoint, joinedAt)
            }
            next.append(RegisteredEndpoint(endpoint: endpoint, record: record, joinedAt: joinedAt, order: order))
        }
        gone += endpoints[index...]
        endpoints = next
        if !endpoints.isEmpty { hasBegun = true }
        depart(gone, at: now)
        return true
    }

    /// Removes all endpoints from the list.
    ///
    /// - Returns: True if anything has changed.
    mutating func removeAll(at now: Moment) -> Bool {
        guard !endpoints.isEmpty else { return false }
        depart(endpoints, at: now)
        endpoints = []
        return true
    }

    private func isSame(_ listing: Listing) -> Bool {
        endpoints.count == listing.endpoints.count
            && zip(endpoints, listing.endpoints).allSatisfy { registered, listed in
                registered.endpoint == listed.endpoint && registered.order == listing.positions[listed.target]
            }
    }

    /// Keeps the records of endpoints that have left, for a while.
    ///
    /// Expired records are dropped when there are many, not at every change: a service that changes often would scan
    /// all of them as often.
    private mutating func depart(_ gone: some Sequence<RegisteredEndpoint>, at now: Moment) {
        for registered in gone { departed[registered.record.target] = (registered.record, now + hold) }
        let most = max(EndpointRegistry.leastDeparted, 2 * endpoints.count)
        guard departed.count > 2 * most else { return }
        departed = departed.filter { $0.value.until > now }
        guard departed.count > most else { return }
        let kept = departed.sorted { $0.value.until > $1.value.until }.prefix(most)
        departed = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }

    /// Returns the endpoints sorted by host and port, without duplicates, whatever their order was.
    private static func distinct(_ endpoints: [Endpoint]) -> [(target: HostPort, endpoint: Endpoint)] {
        var sorted = endpoints.map { (target: $0.hostPort, endpoint: $0) }
        sorted.sort { left, right in
            left.target == right.target
                ? left.endpoint.takesPrecedence(over: right.endpoint) : left.target < right.target
        }
        var last: HostPort?
        return sorted.filter { target, _ in
            defer { last = target }
            return target != last
        }
    }
}

extension EndpointRegistry {
    /// Ends the ejection of all endpoints that probes found up.
    ///
    /// - Returns: True if there were any.
    func reinstate(at now: Moment) -> Bool {
        var hasChanged = false
        for registered in endpoints where registered.endpoint.probe == .up {
            if registered.record.reinstate(at: now) { hasChanged = true }
        }
        return hasChanged
    }
}

/// An endpoint as it is listed now, and the record of what this process knows about it.
///
/// The listing can change (a weight, a tag) and ends with the next list that lacks the endpoint. The record belongs to
/// the host and the port, and outlives a short absence.
struct RegisteredEndpoint: Sendable {
    let endpoint: Endpoint
    let record: EndpointRecord
    /// The start of the endpoint's slow start: the moment when it was listed as healthy for the first time since it was
    /// last absent or unhealthy. `nil` if it was so from the beginning. The moment belongs to the listing and not to
    /// the record, because an instance that is restarted starts cold even if its record was kept.
    let joinedAt: Moment?
    /// The position in a list that is sorted by nearness; `nil` in an unsorted list.
    let order: Int?
}

extension RegisteredEndpoint {
    /// Returns the same endpoint as it is listed from now on.
    fileprivate func listed(as endpoint: Endpoint, order: Int?, at now: Moment) -> RegisteredEndpoint {
        if self.endpoint != endpoint { record.list(endpoint) }
        let isBack = endpoint.isListedAsHealthy && !self.endpoint.isListedAsHealthy
        return RegisteredEndpoint(
            endpoint: endpoint,
            record: record,
            joinedAt: isBack ? now : joinedAt,
            order: order
        )
    }
}
