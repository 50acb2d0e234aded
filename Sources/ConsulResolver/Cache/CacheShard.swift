// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A part of the cache: its entries, the lock that guards them, and the order in which they are evicted.
///
/// One lock guards the table and the contents of its entries, so that a hit takes one lock. The work under it is short,
/// and never runs user code.
///
/// `@unchecked`: the table is only accessed with the lock held.
final class CacheShard: @unchecked Sendable {
    let lock = NIOLock()

    /// Entries by hash. Collisions are resolved by linear probing.
    private var services: [Int: CachedService] = [:]
    private var ring: [CachedService] = []
    private var hand = 0

    /// The number of entries that one eviction considers. A walk over all of them would slow down the lookup that
    /// evicts.
    private static let reach = 16

    /// Returns the result of a lookup of a name without further conditions; `nil` if there is no entry.
    func read(
        plain name: String,
        hash: Int,
        at now: Moment,
        into known: inout Resolution
    ) -> (reading: CachedService.Reading, service: CachedService)? {
        lock.withLock {
            guard let service = lockedFind(hash, where: { $0.key.isPlain && $0.key.request.name == name }) else {
                return nil
            }
            return (service.lockedRead(at: now, into: &known), service)
        }
    }

    /// Runs `body` with the entry of a request, before the entry can be evicted.
    ///
    /// - Parameters:
    ///   - make: Makes the entry if it is missing.
    ///   - body: Receives the entry, with the lock held.
    /// - Returns: The entry, and whether it is new.
    func withService(
        for key: CacheKey,
        orInsert make: () -> CachedService,
        _ body: (CachedService) -> Void
    ) -> (service: CachedService, isNew: Bool) {
        lock.withLock {
            if let known = lockedFind(key.hash, where: { $0.key.request == key.request }) {
                body(known)
                return (known, false)
            }
            let newcomer = make()
            body(newcomer)
            var place = key.hash
            while services[place] != nil { place &+= 1 }
            services[place] = newcomer
            ring.append(newcomer)
            return (newcomer, true)
        }
    }

    private func lockedFind(_ hash: Int, where isWanted: (CachedService) -> Bool) -> CachedService? {
        var place = hash
        while let service = services[place] {
            if isWanted(service) { return service }
            place &+= 1
        }
        return nil
    }

    /// Evicts one entry: one that has expired, one without a lookup since the hand last passed (the clock algorithm),
    /// or else the next.
    ///
    /// - Returns: The counts of the evicted entry; `nil` if all within reach have to stay.
    func evict(except newcomer: CachedService, at now: Moment) -> CacheTally? {
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
    var all: [CachedService] { lock.withLock { ring } }

    /// Returns the counts of all entries, and resets them.
    func takeTally() -> CacheTally {
        lock.withLock {
            var sum = CacheTally()
            for service in ring { sum.add(service.lockedTakeTally()) }
            return sum
        }
    }

    /// Removes all entries.
    ///
    /// - Returns: The number of removed entries.
    func removeAll() -> Int {
        lock.withLock {
            defer { (services, ring, hand) = ([:], [], 0) }
            for service in ring { service.lockedLeave() }
            return ring.count
        }
    }

    private func lockedRemove(_ index: Int) -> CacheTally {
        let removed = ring[index]
        removed.lockedLeave()
        ring.swapAt(index, ring.count - 1)
        ring.removeLast()
        var place = removed.key.hash
        while let service = services[place], service !== removed { place &+= 1 }
        services[place] = nil
        // Entries that were placed behind the removed one would not be found beyond the gap: they move up.
        while let displaced = services[place &+ 1] {
            place &+= 1
            services[place] = nil
            var better = displaced.key.hash
            while services[better] != nil { better &+= 1 }
            services[better] = displaced
        }
        return removed.lockedTakeTally()
    }
}
