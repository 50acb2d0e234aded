// SPDX-License-Identifier: Apache-2.0

/// Decides which waiter gets the next of a limited number of permits. A pure value; `Waiter` is the type that is
/// resumed.
struct PermitQueue<Waiter> {
    private(set) var free: Int
    private var waiters: [UInt64: Waiter] = [:]
    /// A lower bound of the waiters' tickets.
    private var oldest: UInt64 = 0
    private var nextTicket: UInt64 = 0

    init(permits: Int) { free = permits }

    var waiterCount: Int { waiters.count }

    /// Takes a permit if one is free. No waiter exists then: a permit that comes back goes to a waiter first.
    mutating func take() -> Bool {
        guard free > 0 else { return false }
        free -= 1
        return true
    }

    /// Returns a place in the queue, taken before the waiter exists: a caller that is canceled in between is not
    /// enqueued.
    mutating func ticket() -> UInt64 {
        defer { nextTicket += 1 }
        return nextTicket
    }

    mutating func enqueue(_ waiter: Waiter, ticket: UInt64) {
        waiters[ticket] = waiter
        oldest = min(oldest, ticket)
    }

    /// Removes and returns a waiter; `nil` if it has been served already.
    mutating func remove(ticket: UInt64) -> Waiter? {
        waiters.removeValue(forKey: ticket)
    }

    /// Takes back a permit. If a waiter is returned, it now holds the permit.
    mutating func release() -> Waiter? {
        while oldest < nextTicket {
            defer { oldest += 1 }
            if let waiter = waiters.removeValue(forKey: oldest) { return waiter }
        }
        free += 1
        return nil
    }

    /// Removes and returns all waiters, oldest first.
    mutating func removeAll() -> [Waiter] {
        defer { waiters = [:] }
        return waiters.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension PermitQueue: Sendable where Waiter: Sendable {}
