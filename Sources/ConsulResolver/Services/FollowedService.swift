// SPDX-License-Identifier: Apache-2.0

import ResolutionCache
import ResolutionFailover
import ResolutionModel

/// A request to follow, with its mode, its resolver and its pinned cache entry.
struct FollowedService: Sendable {
    let request: ServiceRequest
    let mode: ConsulService.UpdateMode
    let resolver: ServiceResolver
    private let handle: SlotHandle

    init(request: ServiceRequest, mode: ConsulService.UpdateMode, resolver: ServiceResolver) {
        self.request = request
        self.mode = mode
        self.resolver = resolver
        handle = resolver.cache.handle(for: request)
    }

    var cached: CacheSlot { handle.slot }

    /// The last resolution. For a request with alternatives, that is the last one of the request as a whole.
    var current: Resolution? {
        request.alternatives.isEmpty ? cached.current : resolver.failover.current(request)
    }
}
