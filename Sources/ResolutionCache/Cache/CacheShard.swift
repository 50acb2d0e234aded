// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolutionModel
import ResolverSupport

/// A part of the cache: its entries, the lock that guards them, and the order in which they are evicted.
///
/// One lock guards the table and the contents of its entries, so that a hit takes one lock. The work under it is short,
/// and never runs user code.
///
/// `@unchecked`: the table is only accessed with the lock held.
final class CacheShard: @unchecked Sendable {
    let lock = NIOLock()

    /// Entries by hash. Collisions are resolved by linear probing.
    private var slots: [Int: CacheSlot] = [:]
    private var ring: [CacheSlot] = []
    private var hand = 0

    /// The number of entries that one eviction considers. A walk over all of them would slow down the lookup that
    /// evicts.
    private static let reach = 16

    /// Copies the resolution of an entry, if there is one and the lookup need not wait.
    ///
    /// - Returns: The entry, and whether a fetch is to be started.
    func readAtOnce(
        _ hash: Int,
        where isWanted: (CacheKey) -> Bool,
        at now: Moment,
        into known: inout Resolution
    ) -> (slot: CacheSlot, isRefresh: Bool)? {
        lock.withLock {
            guard let slot = lockedFind(hash, where: { isWanted($0.key) }) else { return nil }
            return slot.lockedReadAtOnce(at: now, into: &known).map { (slot, $0) }
        }
    }

    /// Runs `body` with the entry of a request, before the entry can be evicted.
    ///
    /// - Parameters:
    ///   - make: Makes the entry if it is missing.
    ///   - body: Receives the entry, with the lock held.
    /// - Returns: The entry, and whether it is new.
    func withSlot(
        for key: CacheKey,
        orInsert make: () -> CacheSlot,
        _ body: (CacheSlot) -> Void
    ) -> (slot: CacheSlot, isNew: Bool) {
        lock.withLock {
            if let known = lockedFind(key.hash, where: { $0.key.request == key.request }) {
                body(known)
                return (known, false)
            }
            let newcomer = make()
            body(newcomer)
            var place = key.hash
            while slots[place] != nil { place &+= 1 }
            slots[place] = newcomer
            ring.append(newcomer)
            return (newcomer, true)
        }
    }

    private func lockedFind(_ hash: Int, where isWanted: (CacheSlot) -> Bool) -> CacheSlot? {
        var place = hash
        while let slot = slots[place] {
            if isWanted(slot) { return slot }
            place &+= 1
        }
        return nil
    }

    /// Evicts one entry: one that has expired, one without a lookup since the hand last passed (the clock algorithm),
    /// or else the next.
    ///
    /// - Returns: The counts of the evicted entry; `nil` if all within reach have to stay.
    func evict(except newcomer: CacheSlot, at now: Moment) -> CacheTally? {
        lock.withLock {
            var unused: Int?
            var used: Int?
            for _ in 0..<min(CacheShard.reach, ring.count) {
                hand = hand + 1 < ring.count ? hand + 1 : 0
                guard ring[hand] !== newcomer else { continue }
                switch ring[hand].lockedAppraise(at: now) {
                case .expired: return lockedRemove(hand)
                case .unused: unused = unused ?? hand
                case .used: used = used ?? hand
                case .mustStay: break
                }
            }
            return (unused ?? used).map { lockedRemove($0) }
        }
    }

    /// All entries.
    var all: [CacheSlot] { lock.withLock { ring } }

    /// Returns the counts of all entries, and resets them.
    func takeTally() -> CacheTally {
        lock.withLock {
            var sum = CacheTally()
            for slot in ring { sum.add(slot.lockedTakeTally()) }
            return sum
        }
    }

    /// Removes all entries.
    ///
    /// - Returns: The number of removed entries.
    func removeAll() -> Int {
        lock.withLock {
            defer { (slots, ring, hand) = ([:], [], 0) }
            for slot in ring { slot.lockedLeave() }
            return ring.count
        }
    }

    private func lockedRemove(_ index: Int) -> CacheTally {
        let removed = ring[index]
        removed.lockedLeave()
        ring.swapAt(index, ring.count - 1)
        ring.removeLast()
        var place = removed.key.hash
        while let slot = slots[place], slot !== removed { place &+= 1 }
        slots[place] = nil
        // Entries that were placed behind the removed one would not be found beyond the gap: they move up.
        while let displaced = slots[place &+ 1] {
            place &+= 1
            slots[place] = nil
            var better = displaced.key.hash
            while slots[better] != nil { better &+= 1 }
            slots[better] = displaced
        }
        return removed.lockedTakeTally()
    }
}
