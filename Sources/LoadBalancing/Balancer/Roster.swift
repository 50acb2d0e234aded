// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// Who is listed, and what is kept of those who were until a moment ago. A value; what it holds records of is told to it.
struct Roster {
    /// Sorted by host and port, each once.
    private(set) var seats: [Seat] = []
    private var departed: [HostPort: (record: EndpointRecord, until: Moment)] = [:]
    /// Whether there have been any, so that others are newcomers.
    private(set) var hasBegun = false

    private let hold: Duration

    /// How many that are gone are remembered, twice that at most: a service that changes ten thousand times a second must not
    /// fill the memory in the length of the hold.
    private static let leastDeparted = 1024

    init(hold: Duration) {
        self.hold = hold
    }

    /// A list of endpoints, put in order. Made without the roster, because that takes longest.
    struct Listing {
        /// Each host and port once, sorted.
        fileprivate let endpoints: [(target: HostPort, endpoint: Endpoint)]
        /// Where each stood for the first time, if the order is one of nearness.
        fileprivate let positions: [HostPort: Int]

        /// - Parameter isSorted: Whether the order of the list is one of nearness.
        init(_ endpoints: [Endpoint], isSorted: Bool) {
            self.endpoints = Roster.distinct(endpoints)
            positions =
                isSorted
                ? Dictionary(endpoints.enumerated().map { ($1.hostPort, $0) }) { first, _ in first }
                : [:]
        }
    }

    /// Takes another list. Both are sorted, so that they are gone through side by side.
    ///
    /// - Parameter makeRecord: Makes the record of an endpoint of which nothing is known.
    /// - Returns: Whether anything has changed.
    mutating func replace(
        with listing: Listing,
        at now: Moment,
        makeRecord: (Endpoint, _ joinedAt: Moment?) -> EndpointRecord
    ) -> Bool {
        guard !isSame(listing) else { return false }
        var (next, gone, index): ([Seat], [Seat], Int) = ([], [], 0)
        next.reserveCapacity(listing.endpoints.count)
        for (target, endpoint) in listing.endpoints {
            while index < seats.count, seats[index].record.target < target {
                gone.append(seats[index])
                index += 1
            }
            let order = listing.positions[target]
            if index < seats.count, seats[index].record.target == target {
                next.append(Roster.seat(for: endpoint, after: seats[index], order: order, at: now))
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
            next.append(Seat(endpoint: endpoint, record: record, joinedAt: joinedAt, order: order))
        }
        gone += seats[index...]
        seats = next
        if !seats.isEmpty { hasBegun = true }
        depart(gone, at: now)
        return true
    }

    /// The seat of an endpoint that has one already.
    private static func seat(for endpoint: Endpoint, after seat: Seat, order: Int?, at now: Moment) -> Seat {
        if seat.endpoint != endpoint { seat.record.list(endpoint) }
        let isBack = endpoint.isListedAsHealthy && !seat.endpoint.isListedAsHealthy
        return Seat(endpoint: endpoint, record: seat.record, joinedAt: isBack ? now : seat.joinedAt, order: order)
    }

    /// Lists nobody.
    ///
    /// - Returns: Whether anything has changed.
    mutating func removeAll(at now: Moment) -> Bool {
        guard !seats.isEmpty else { return false }
        depart(seats, at: now)
        seats = []
        return true
    }

    private func isSame(_ listing: Listing) -> Bool {
        seats.count == listing.endpoints.count
            && zip(seats, listing.endpoints).allSatisfy { seat, listed in
                seat.endpoint == listed.endpoint && seat.order == listing.positions[listed.target]
            }
    }

    /// Keeps what is known of those that are gone, for a while.
    ///
    /// Those whose while is over are thrown away when there are many, and not each time: a service that changes often would
    /// have all of them looked through as often.
    private mutating func depart(_ gone: some Sequence<Seat>, at now: Moment) {
        for seat in gone { departed[seat.record.target] = (seat.record, now + hold) }
        let most = max(Roster.leastDeparted, 2 * seats.count)
        guard departed.count > 2 * most else { return }
        departed = departed.filter { $0.value.until > now }
        guard departed.count > most else { return }
        let kept = departed.sorted { $0.value.until > $1.value.until }.prefix(most)
        departed = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }

    /// Each host and port once, sorted, however they came.
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
