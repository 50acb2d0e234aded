// SPDX-License-Identifier: Apache-2.0

/// A part of the cache, and the order in which it gives up what it holds.
struct CacheShard: Sendable {
    private var places: [CacheKey: Int] = [:]
    private var ring: [CachedService] = []
    private var hand = 0

    /// How far to look for something better to give up. A walk over everything would be paid by a lookup.
    private static let reach = 16

    var services: [CachedService] { ring }

    subscript(_ key: CacheKey) -> CachedService? {
        places[key].map { ring[$0] }
    }

    /// Adds what is not there yet.
    mutating func insert(_ service: CachedService) {
        places[service.key] = ring.count
        ring.append(service)
    }

    /// Gives up one entry: one that has expired, one that nobody has asked for since the hand came by last (the clock
    /// algorithm), or else the next.
    ///
    /// - Returns: `nil` if all within reach have to stay.
    mutating func evict(except newcomer: CachedService, at now: ContinuousClock.Instant) -> CachedService? {
        var unused: Int?
        var used: Int?
        for _ in 0..<min(CacheShard.reach, ring.count) {
            hand = hand + 1 < ring.count ? hand + 1 : 0
            guard ring[hand] !== newcomer else { continue }
            switch ring[hand].appraise(at: now) {
            case .expired: return remove(hand)
            case .unused: unused = unused ?? hand
            case .used: used = used ?? hand
            case .mustStay: break
            }
        }
        return (unused ?? used).map { remove($0) }
    }

    mutating func removeAll() -> [CachedService] {
        defer { (places, ring, hand) = ([:], [], 0) }
        return ring
    }

    private mutating func remove(_ index: Int) -> CachedService {
        let removed = ring[index]
        places[removed.key] = nil
        let last = ring.removeLast()
        if last !== removed {
            ring[index] = last
            places[last.key] = index
        }
        return removed
    }
}
