// SPDX-License-Identifier: Apache-2.0

/// Who may go next, when only so many may go at a time. A pure value; `Waiter` is whatever is resumed.
struct PermitQueue<Waiter> {
    private(set) var free: Int
    private var waiters: [UInt64: Waiter] = [:]
    /// No waiter has a smaller ticket.
    private var oldest: UInt64 = 0
    private var nextTicket: UInt64 = 0

    init(permits: Int) { free = permits }

    var waiterCount: Int { waiters.count }

    /// Takes a permit if one is free. Nobody waits then: a permit that comes back goes to who waits.
    mutating func take() -> Bool {
        guard free > 0 else { return false }
        free -= 1
        return true
    }

    /// A place in the queue, taken before there is somebody to stand in it: whoever is cancelled in between is not
    /// enqueued.
    mutating func ticket() -> UInt64 {
        defer { nextTicket += 1 }
        return nextTicket
    }

    mutating func enqueue(_ waiter: Waiter, ticket: UInt64) {
        waiters[ticket] = waiter
        oldest = min(oldest, ticket)
    }

    /// Takes a waiter out; `nil` if it has been served already.
    mutating func remove(ticket: UInt64) -> Waiter? {
        waiters.removeValue(forKey: ticket)
    }

    /// Takes a permit back, and hands it on to the waiter that is returned.
    mutating func release() -> Waiter? {
        while oldest < nextTicket {
            defer { oldest += 1 }
            if let waiter = waiters.removeValue(forKey: oldest) { return waiter }
        }
        free += 1
        return nil
    }

    /// Takes all waiters out, oldest first.
    mutating func removeAll() -> [Waiter] {
        defer { waiters = [:] }
        return waiters.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension PermitQueue: Sendable where Waiter: Sendable {}
