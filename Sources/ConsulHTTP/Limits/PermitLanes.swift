// SPDX-License-Identifier: Apache-2.0

/// Decides which waiter gets the next permit, lane by lane. A pure value; `Waiter` is the type that is resumed.
///
/// A lane exists while it has users. The number of lanes of other datacenters is limited; further datacenters share one
/// more lane. This bounds the number of permits, however many datacenters are requested.
struct PermitLanes<Waiter> {
    /// The numbers of permits.
    struct Limits: Hashable, Sendable {
        /// Permits of each lane of the client's own datacenter; checks have fewer.
        var own: Int
        /// Permits of each lane of another datacenter.
        var other = 4
        /// The maximum number of lanes of other datacenters, without the shared one.
        var lanes = 6
        /// Permits of each lane for checks.
        var checks = 2
        /// Permits of each lane for renewals.
        var renewals = 3
        /// Permits of each of the two lanes for hedges.
        var hedges = 2

        /// The sum of all permits.
        var total: Int { 2 * own + checks + renewals + 2 * hedges + (lanes + 1) * other }
    }

    /// A place in a lane, which first waits for a permit and then holds it.
    struct Place: Hashable, Sendable {
        /// The lane; `nil` for the lane that further datacenters share.
        fileprivate let lane: Lane?
        fileprivate let ticket: UInt64
    }

    fileprivate struct Queue {
        var permits: PermitQueue<Waiter>
        var users = 0
        /// The number of permits that have been returned.
        var released: UInt64 = 0
    }

    private let limits: Limits
    private var queues: [Lane?: Queue] = [:]

    init(_ limits: Limits) {
        self.limits = limits
    }

    /// The number of lanes in use.
    var laneCount: Int { queues.count }

    /// Creates a place in a lane. It must be left or released exactly once.
    mutating func join(_ wanted: Lane) -> Place {
        let lane = lane(for: wanted)
        var queue = queues[lane] ?? Queue(permits: PermitQueue(permits: limit(of: lane)))
        queue.users += 1
        let ticket = queue.permits.ticket()
        queues[lane] = queue
        return Place(lane: lane, ticket: ticket)
    }

    /// Takes a permit if one is free.
    mutating func take(_ place: Place) -> Bool {
        queues[place.lane]?.permits.take() ?? false
    }

    mutating func enqueue(_ waiter: Waiter, at place: Place) {
        queues[place.lane]?.permits.enqueue(waiter, ticket: place.ticket)
    }

    /// Removes and returns a waiter; `nil` if it has been served already.
    mutating func remove(_ place: Place) -> Waiter? {
        queues[place.lane]?.permits.remove(ticket: place.ticket)
    }

    /// Gives up a place that holds no permit.
    mutating func leave(_ place: Place) {
        forgetUser(of: place.lane)
    }

    /// Takes back a permit. If a waiter is returned, it now holds the permit.
    mutating func release(_ place: Place) -> Waiter? {
        queues[place.lane]?.released += 1
        let next = queues[place.lane]?.permits.release()
        forgetUser(of: place.lane)
        return next
    }

    /// Returns the number of permits that have been returned in the lane of a place. The number does not change while
    /// the lane makes no progress.
    func progress(of place: Place) -> UInt64 {
        queues[place.lane]?.released ?? 0
    }

    /// Removes and returns all waiters, in each lane the oldest first.
    mutating func removeAll() -> [Waiter] {
        var waiters: [Waiter] = []
        for lane in queues.keys { waiters += queues[lane]?.permits.removeAll() ?? [] }
        return waiters
    }

    // MARK: -

    private func lane(for wanted: Lane) -> Lane? {
        guard wanted.datacenter != nil, queues[wanted] == nil else { return wanted }
        let others = queues.keys.count { $0?.datacenter != nil }
        return others < limits.lanes ? wanted : nil
    }

    private func limit(of lane: Lane?) -> Int {
        let other = max(1, min(limits.own, limits.other))
        guard let lane else { return other }
        let most = lane.datacenter == nil ? max(1, limits.own) : other
        return switch lane.purpose {
        case .check: min(most, max(1, limits.checks))
        case .renewal: min(most, max(1, limits.renewals))
        case .hedge: max(1, limits.hedges)
        case .request, .watch: most
        }
    }

    private mutating func forgetUser(of lane: Lane?) {
        queues[lane]?.users -= 1
        if queues[lane]?.users == 0 { queues[lane] = nil }
    }
}

extension PermitLanes: Sendable where Waiter: Sendable {}
extension PermitLanes.Queue: Sendable where Waiter: Sendable {}

/// The lane of a request: requests of one purpose to one datacenter share permits. A datacenter that does not respond
/// uses up the permits of its own lanes only.
struct Lane: Hashable, Sendable {
    /// The purpose of a request.
    enum Purpose: Hashable, Sendable {
        /// A caller waits for the answer.
        case request
        /// A non-blocking read of a watch that has no index to wait on, or no permit to wait.
        case watch
        /// A check of a watch, for changes that do not end a blocking query.
        case check
        /// The renewal of a session or of a check. It must not wait behind other requests: a lock would be lost.
        case renewal
        /// A read that is sent again because the first one is silent. The reads of all other datacenters share a lane, and
        /// do not delay those of the own one.
        case hedge(isOwn: Bool)
    }

    var purpose: Purpose
    /// The datacenter that the request names; `nil` for the default datacenter of the client or of the agent.
    var datacenter: String? = nil
}
