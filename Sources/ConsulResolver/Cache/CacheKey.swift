// SPDX-License-Identifier: Apache-2.0

/// What an entry of the cache is found by.
///
/// Most requests are a name and nothing else. Those are found without making a request of it, which is a struct of many
/// strings: to make, compare and hash one takes longer than all the rest of a hit.
struct CacheKey: Sendable {
    let request: ServiceRequest
    let hash: Int
    /// Whether the request is a name and nothing else.
    let isPlain: Bool

    init(_ request: ServiceRequest) {
        self.request = request
        isPlain = request == ServiceRequest(request.name)
        hash = isPlain ? CacheKey.hash(ofPlain: request.name) : request.hashValue
    }

    /// The hash of a request that is a name and nothing else. Seeded anew in every process, as all of Swift's hashes.
    static func hash(ofPlain name: String) -> Int {
        var hasher = Hasher()
        hasher.combine(name)
        return hasher.finalize()
    }
}
