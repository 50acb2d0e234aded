// SPDX-License-Identifier: Apache-2.0

/// Decides who may go next, lane by lane. A pure value; `Waiter` is whatever is resumed.
///
/// A lane is there while somebody uses it. There are so many lanes of other datacenters at most; what comes on top shares
/// one more. So the number of permits is bounded, however many datacenters are asked for.
struct PermitLanes<Waiter> {
    /// How many permits there are.
    struct Limits: Hashable, Sendable {
        /// Those of each lane of the client's own datacenter, less for checks.
        var own: Int
        /// Those of each lane of another datacenter.
        var other = 4
        /// How many lanes of other datacenters there are at a time, beside the one for all the others.
        var lanes = 6
        /// Those of each lane for checks.
        var checks = 2

        /// All permits together.
        var total: Int { 2 * own + checks + (lanes + 1) * other }
    }

    /// A place in a lane: where somebody waits, and then holds a permit.
    struct Place: Hashable, Sendable {
        /// `nil` for the lane that what comes on top shares.
        fileprivate let lane: Lane?
        fileprivate let ticket: UInt64
    }

    fileprivate struct Queue {
        var permits: PermitQueue<Waiter>
        var users = 0
        /// Permits that have come back.
        var released: UInt64 = 0
    }

    private let limits: Limits
    private var queues: [Lane?: Queue] = [:]

    init(_ limits: Limits) {
        self.limits = limits
    }

    /// How many lanes are in use.
    var laneCount: Int { queues.count }

    /// Takes a place, which is to be left or released once.
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

    /// Takes a waiter out; `nil` if it has been served already.
    mutating func remove(_ place: Place) -> Waiter? {
        queues[place.lane]?.permits.remove(ticket: place.ticket)
    }

    /// Gives up a place without a permit.
    mutating func leave(_ place: Place) {
        forgetUser(of: place.lane)
    }

    /// Takes a permit back, and hands it on to the waiter that is returned.
    mutating func release(_ place: Place) -> Waiter? {
        queues[place.lane]?.released += 1
        let next = queues[place.lane]?.permits.release()
        forgetUser(of: place.lane)
        return next
    }

    /// How many permits of a place's lane have come back. A lane that stands still has one number.
    func progress(of place: Place) -> UInt64 {
        queues[place.lane]?.released ?? 0
    }

    /// Takes all waiters out, in each lane the oldest first.
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
        return lane.purpose == .check ? min(most, max(1, limits.checks)) : most
    }

    private mutating func forgetUser(of lane: Lane?) {
        queues[lane]?.users -= 1
        if queues[lane]?.users == 0 { queues[lane] = nil }
    }
}

extension PermitLanes: Sendable where Waiter: Sendable {}
extension PermitLanes.Queue: Sendable where Waiter: Sendable {}
