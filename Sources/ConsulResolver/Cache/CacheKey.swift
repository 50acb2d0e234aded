// SPDX-License-Identifier: Apache-2.0

/// A request with its hash: it is needed twice, for the shard and within it, and costs more than all the rest of a hit.
struct CacheKey: Hashable, Sendable {
    let request: ServiceRequest
    let hash: Int

    init(_ request: ServiceRequest) {
        self.request = request
        var hasher = Hasher()
        hasher.combine(request)
        hash = hasher.finalize()
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    static func == (left: CacheKey, right: CacheKey) -> Bool {
        left.hash == right.hash && left.request == right.request
    }
}
