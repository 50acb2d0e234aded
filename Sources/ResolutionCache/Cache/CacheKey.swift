// SPDX-License-Identifier: Apache-2.0

import ResolutionModel

/// The key of a cache entry.
///
/// Most requests are a name without further conditions. Those are found without making a `ServiceRequest`, which is a
/// struct of many strings: to make, compare and hash one takes longer than the rest of a hit.
package struct CacheKey: Sendable {
    let request: ServiceRequest
    let hash: Int
    /// True if the request is a name without further conditions.
    let isPlain: Bool
    /// The place of copies of the entry in each stripe of ``ThreadHitCache``.
    let place: UInt8

    init(_ request: ServiceRequest) {
        self.request = request
        isPlain = request == ServiceRequest(request.name)
        hash = isPlain ? CacheKey.hash(ofPlain: request.name) : request.hashValue
        place =
            isPlain
            ? ThreadHitCache.place(of: request.name)
            : ThreadHitCache.place(ofHash: UInt64(truncatingIfNeeded: hash))
    }

    /// Returns the hash of a request that is a name without further conditions. It is seeded anew in every process, as
    /// all of Swift's hashes are.
    static func hash(ofPlain name: String) -> Int {
        var hasher = Hasher()
        hasher.combine(name)
        return hasher.finalize()
    }
}
