// SPDX-License-Identifier: Apache-2.0

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
            ways: fallback.diagnostics,
            nameservers: dns.diagnostics(at: dns.register.time.now()).map(Diagnostics.Server.init)
        )
    }

    /// The counts and the state of a resolver.
    public struct Diagnostics: Hashable, Sendable {
        /// The size of the cache and the results of lookups in it.
        public var cache: Cache

        /// The queries sent over DNS and over HTTP.
        public var ways: Ways

        /// The state of each nameserver that has been queried. If names keep changing their addresses, only the latest
        /// 64 servers are listed.
        public var nameservers: [Server]
    }
}
