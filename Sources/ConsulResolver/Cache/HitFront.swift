// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NIOConcurrencyHelpers

/// Per-thread copies of recent hits, to avoid contention for one shard lock.
///
/// A shared lock costs little while one thread takes it, and a system call each time that two threads meet. So each
/// thread has, more or less, a lock and copies of its own: a hash of the thread selects one of the stripes. A copy is
/// returned as long as its entry has not changed and no fetch is due; all other lookups go to the cache.
///
/// `@unchecked`: the slots are only accessed with the lock held.
final class HitFront: @unchecked Sendable {
    private struct Slot {
        let hash: Int
        let service: CachedService
        let glance: CacheEntry.Glance
        var hits = 0

        mutating func give(plain name: String, hash: Int, at now: Moment, into known: inout Resolution) -> Bool {
            guard self.hash == hash, glance.isGood(at: now), service.isUnchanged(since: glance.version),
                service.key.request.name == name
            else { return false }
            hits &+= 1
            glance.give(at: now, into: &known)
            return true
        }
    }

    /// Enough slots for the busiest names. A slot is a reference to the endpoints and little else, so this many are no
    /// waste.
    private static let slotCount = 64

    private let lock = NIOLock()
    private var slots = [Slot?](repeating: nil, count: HitFront.slotCount)

    /// Copies the cached resolution of a name without further conditions into `known`.
    ///
    /// - Returns: True if there was a copy.
    func give(plain name: String, hash: Int, at now: Moment, into known: inout Resolution) -> Bool {
        let index = hash >> 4 & (HitFront.slotCount - 1)
        return lock.withLock {
            slots[index]?.give(plain: name, hash: hash, at: now, into: &known) ?? false
        }
    }

    /// Stores a copy.
    func keep(_ glance: CacheEntry.Glance, of service: CachedService, hash: Int) {
        let index = hash >> 4 & (HitFront.slotCount - 1)
        let replaced = lock.withLock {
            let replaced = slots[index]
            slots[index] = Slot(hash: hash, service: service, glance: glance)
            return replaced
        }
        if let replaced { replaced.service.addHits(replaced.hits) }
    }

    /// Reports the hits of the copies to their entries.
    func settle() {
        let settled = lock.withLock {
            let settled = slots.compactMap { slot in slot.map { ($0.service, $0.hits) } }
            for index in slots.indices { slots[index]?.hits = 0 }
            return settled
        }
        for (service, hits) in settled { service.addHits(hits) }
    }

    /// Removes all copies.
    func removeAll() {
        settle()
        lock.withLock { slots = [Slot?](repeating: nil, count: HitFront.slotCount) }
    }
}
