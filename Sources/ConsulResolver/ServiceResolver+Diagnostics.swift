// SPDX-License-Identifier: Apache-2.0

import ResolutionCache
public import ResolutionModel
import ResolutionSources
import ResolverSupport

extension ServiceResolver {
    /// Returns the counts since the resolver was created, and its current state.
    ///
    /// The numbers are collected one by one while lookups continue, so they are not from the same instant: a concurrent
    /// lookup may be in one number and not yet in another. Each number by itself is correct, and counts only grow. The
    /// call also updates metrics that lag behind (see ``init(configuration:logger:metrics:)``).
    ///
    /// The method may be called at any time and from any thread. It visits every cache entry, so do not call it for
    /// every request.
    public func diagnostics() -> Diagnostics {
        Diagnostics(
            cache: cache.diagnostics,
            sources: escalation.diagnostics,
            nameservers: dns.diagnostics(at: dns.pool.time.now()).map(Diagnostics.Server.init)
        )
    }
}
