// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NIOConcurrencyHelpers

/// Copies of what threads have found in the cache lately, so that two of them that look for the same do not meet.
///
/// One lock for everybody costs little as long as one thread takes it, and a system call each time that two do. So each
/// thread has a lock and copies of its own, more or less: which of the stripes it uses is a hash of the thread. A copy is
/// given as long as its entry has not changed and nothing has to be done about it; everything else is the cache's.
///
/// `@unchecked`: the slots are only touched with the lock held.
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

    /// A copy is a reference to the endpoints and little else, so one for each of the busiest names is no waste.
    private static let slotCount = 64

    private let lock = NIOLock()
    private var slots = [Slot?](repeating: nil, count: HitFront.slotCount)

    /// Gives a copy of the answer about a service by its name and nothing else.
    ///
    /// - Returns: Whether there was one.
    func give(plain name: String, hash: Int, at now: Moment, into known: inout Resolution) -> Bool {
        let index = hash >> 4 & (HitFront.slotCount - 1)
        return lock.withLock {
            slots[index]?.give(plain: name, hash: hash, at: now, into: &known) ?? false
        }
    }

    /// Keeps a copy.
    func keep(_ glance: CacheEntry.Glance, of service: CachedService, hash: Int) {
        let index = hash >> 4 & (HitFront.slotCount - 1)
        let replaced = lock.withLock {
            let replaced = slots[index]
            slots[index] = Slot(hash: hash, service: service, glance: glance)
            return replaced
        }
        if let replaced { replaced.service.addHits(replaced.hits) }
    }

    /// Tells the entries what they have not been told.
    func settle() {
        let settled = lock.withLock {
            let settled = slots.compactMap { slot in slot.map { ($0.service, $0.hits) } }
            for index in slots.indices { slots[index]?.hits = 0 }
            return settled
        }
        for (service, hits) in settled { service.addHits(hits) }
    }

    /// Forgets everything.
    func removeAll() {
        settle()
        lock.withLock { slots = [Slot?](repeating: nil, count: HitFront.slotCount) }
    }
}
