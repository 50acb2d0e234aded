// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NIOConcurrencyHelpers
import ResolutionModel
import ResolverSupport

/// Per-thread copies of recent hits, to avoid contention for one shard lock.
///
/// A shared lock costs little while one thread takes it, and a system call each time that two threads meet. So each
/// thread has, more or less, a lock and copies of its own: a hash of the thread selects one of the stripes. A copy is
/// returned as long as its entry has not changed and no fetch is due; all other lookups go to the cache.
///
/// `@unchecked`: the slots are only accessed with the lock held.
final class ThreadHitCache: @unchecked Sendable {
    private struct Copy {
        let hash: Int
        let slot: CacheSlot
        let cachedHit: CacheEntryStateMachine.CachedHit
        var hits = 0

        mutating func copy(plain name: String, hash: Int, at now: Moment, into known: inout Resolution) -> Bool {
            guard self.hash == hash, cachedHit.isGood(at: now), slot.isUnchanged(since: cachedHit.version),
                slot.key.request.name == name
            else { return false }
            hits &+= 1
            cachedHit.copy(at: now, into: &known)
            return true
        }
    }

    /// Enough slots for the busiest names. A slot is a reference to the endpoints and little else, so this many are no
    /// waste.
    private static let capacity = 64

    private let lock = NIOLock()
    private var copies = [Copy?](repeating: nil, count: ThreadHitCache.capacity)

    /// Copies the cached resolution of a name without further conditions into `known`.
    ///
    /// - Returns: True if there was a copy.
    func copy(plain name: String, hash: Int, at now: Moment, into known: inout Resolution) -> Bool {
        let index = hash >> 4 & (ThreadHitCache.capacity - 1)
        return lock.withLock {
            copies[index]?.copy(plain: name, hash: hash, at: now, into: &known) ?? false
        }
    }

    /// Stores a copy.
    func keep(_ cachedHit: CacheEntryStateMachine.CachedHit, of slot: CacheSlot, hash: Int) {
        let index = hash >> 4 & (ThreadHitCache.capacity - 1)
        let replaced = lock.withLock {
            let replaced = copies[index]
            copies[index] = Copy(hash: hash, slot: slot, cachedHit: cachedHit)
            return replaced
        }
        if let replaced { replaced.slot.addHits(replaced.hits) }
    }

    /// Reports the hits of the copies to their entries.
    func settle() {
        let settled = lock.withLock {
            let settled = copies.compactMap { copy in copy.map { ($0.slot, $0.hits) } }
            for index in copies.indices { copies[index]?.hits = 0 }
            return settled
        }
        for (slot, hits) in settled { slot.addHits(hits) }
    }

    /// Removes all copies.
    func removeAll() {
        settle()
        lock.withLock { copies = [Copy?](repeating: nil, count: ThreadHitCache.capacity) }
    }
}
