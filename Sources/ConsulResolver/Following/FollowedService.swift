// SPDX-License-Identifier: Apache-2.0

/// What following a service takes.
struct FollowedService: Sendable {
    let request: ServiceRequest
    let mode: ConsulService.UpdateMode
    let resolver: ServiceResolver
    private let handle: ServiceHandle

    init(request: ServiceRequest, mode: ConsulService.UpdateMode, resolver: ServiceResolver) {
        self.request = request
        self.mode = mode
        self.resolver = resolver
        handle = resolver.cache.handle(for: request)
    }

    var cached: CachedService { handle.service }

    /// What was found out last; of a request with alternatives, the place that it would go to now.
    var current: Resolution? {
        request.alternatives.isEmpty ? cached.current : resolver.failover.current(request)
    }
}
