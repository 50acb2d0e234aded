// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver {
    /// What the resolver has done since it was made, and what it remembers now.
    ///
    /// The numbers are collected part by part while lookups go on, so they are not those of one moment: a lookup that
    /// happens meanwhile may be in one and not yet in another. Each by itself is right, and only grows if it counts
    /// something. Metrics that lag behind are up to date after this (see ``init(configuration:logger:metrics:)``).
    ///
    /// May be called at any time and from anywhere; it goes through all that is cached, so not for every request.
    public func diagnostics() -> Diagnostics {
        Diagnostics(
            cache: cache.diagnostics,
            ways: fallback.diagnostics,
            nameservers: dns.diagnostics(at: dns.register.time.now()).map(Diagnostics.Server.init)
        )
    }

    /// What a resolver has done, and what it remembers.
    public struct Diagnostics: Hashable, Sendable {
        /// What is kept, and what lookups have found there.
        public var cache: Cache

        /// What was asked, over DNS and over HTTP.
        public var ways: Ways

        /// What is known of each nameserver that has been asked. Of servers behind names that have changed their addresses
        /// often, the latest 64.
        public var nameservers: [Server]
    }
}
