// SPDX-License-Identifier: Apache-2.0

/// The counts and the state of a resolver.
public struct ResolverDiagnostics: Hashable, Sendable {
    /// The size of the cache and the results of lookups in it.
    public var cache: Cache

    /// The queries sent over DNS and over HTTP.
    public var sources: Sources

    /// The state of each nameserver that has been queried. If names keep changing their addresses, only the latest
    /// 64 servers are listed.
    public var nameservers: [Server]

    package init(cache: Cache, sources: Sources, nameservers: [Server]) {
        self.cache = cache
        self.sources = sources
        self.nameservers = nameservers
    }
}
