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

    /// Takes another list.
    ///
    /// - Parameters:
    ///   - isSorted: Whether the order of the list is one of nearness.
    ///   - makeRecord: Makes the record of an endpoint of which nothing is known.
    /// - Returns: Whether anything has changed.
    mutating func replace(
        with endpoints: [Endpoint],
        isSorted: Bool,
        at now: Moment,
        makeRecord: (Endpoint, _ joinedAt: Moment?) -> EndpointRecord
    ) -> Bool {
        let listed = Roster.distinct(endpoints)
        let positions = isSorted ? Roster.positions(of: endpoints) : [:]
        guard !isSame(listed, positions) else { return false }
        var known = Dictionary(uniqueKeysWithValues: seats.map { ($0.record.target, $0) })
        let next = listed.map { target, endpoint in
            let order = positions[target]
            if let seat = known.removeValue(forKey: target) {
                if seat.endpoint != endpoint { seat.record.list(endpoint) }
                let isBack = endpoint.isListedAsHealthy && !seat.endpoint.isListedAsHealthy
                let joinedAt = isBack ? now : seat.joinedAt
                return Seat(endpoint: endpoint, record: seat.record, joinedAt: joinedAt, order: order)
            }
            let joinedAt = hasBegun ? now : nil
            if let old = departed.removeValue(forKey: target), old.until > now {
                old.record.list(endpoint)
                return Seat(endpoint: endpoint, record: old.record, joinedAt: joinedAt, order: order)
            }
            let record = makeRecord(endpoint, joinedAt)
            return Seat(endpoint: endpoint, record: record, joinedAt: joinedAt, order: order)
        }
        seats = next
        if !seats.isEmpty { hasBegun = true }
        depart(known.values, at: now)
        return true
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

    private func isSame(_ listed: [(HostPort, Endpoint)], _ positions: [HostPort: Int]) -> Bool {
        seats.count == listed.count
            && zip(seats, listed).allSatisfy { $0.endpoint == $1.1 && $0.order == positions[$1.0] }
    }

    /// Where each host and port stands for the first time.
    private static func positions(of endpoints: [Endpoint]) -> [HostPort: Int] {
        Dictionary(endpoints.enumerated().map { ($1.hostPort, $0) }) { first, _ in first }
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
    private static func distinct(_ endpoints: [Endpoint]) -> [(HostPort, Endpoint)] {
        var sorted = endpoints.map { ($0.hostPort, $0) }
        sorted.sort { left, right in
            left.0 == right.0 ? left.1.takesPrecedence(over: right.1) : left.0 < right.0
        }
        var last: HostPort?
        return sorted.filter { target, _ in
            defer { last = target }
            return target != last
        }
    }
}
