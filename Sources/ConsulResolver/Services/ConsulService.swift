// SPDX-License-Identifier: Apache-2.0

package import DNSWire
public import NetworkAddress
import ResolutionCache
import ResolutionFailover
public import ResolutionModel

/// A service in use. Each pick selects one endpoint from all that are known at that moment.
///
/// ```swift
/// let web = resolver.service("web", policy: .adaptive)
/// let page = try await web.withEndpoint { endpoint in try await client.get("http://\(endpoint.authority)/") }
/// ```
///
/// A service can also be followed, without picks:
///
/// ```swift
/// for await resolution in resolver.service("web", updating: .watch).updates { use(resolution.endpoints) }
/// ```
///
/// Keep it for as long as the service is used: only the value and its copies know how requests to the endpoints went.
/// Consul is queried from the first pick on until the last copy is gone.
public struct ConsulService: Sendable {
    let followed: FollowedService
    let balancing: ServiceBalancing

    /// The request that is followed.
    public var request: ServiceRequest { followed.request }

    /// The mode of detecting changes.
    package var mode: UpdateMode { followed.mode }

    /// The domain that Consul serves, for names that stand for the service.
    package var domain: DomainName { followed.resolver.configuration.dns.domain }

    /// The last resolution, whichever caller received it; `nil` if there has been no resolution. Reading it takes no
    /// time and sends no query. It does not say how long ago that was: keep an iteration of ``updates`` running beside
    /// it.
    public var current: Resolution? { followed.current }

    /// Resolves the service, with a query only if the cached answer is too old.
    ///
    /// - Throws: The errors of ``ServiceResolver/resolve(_:timeout:)``.
    nonisolated(nonsending) public func resolve(timeout: Duration? = nil) async throws -> Resolution {
        try await followed.resolver.resolve(request, timeout: timeout)
    }

    /// The present resolution of the service, and then every change. A slow consumer receives only the latest.
    ///
    /// The first element comes with the first resolution, even one with an unknown outcome. Endpoints are never removed
    /// because Consul cannot be queried, because a token is denied, or by an empty answer without an explanation: they
    /// are returned again, marked as ``/ResolutionModel/Resolution/isStale``. A different order of the endpoints, and
    /// an answer equal to the last one, are no changes.
    ///
    /// The sequence ends when the iterating task is canceled or the resolver is shut down. Iterations are independent
    /// of each other.
    public var updates: ServiceUpdates { ServiceUpdates(service: followed) }
}

extension ConsulService {
    /// The mode of detecting changes of a service.
    public struct UpdateMode: NamedValue {
        package let name: String

        /// Polling: a query when the TTL of the last answer is over, but no more often than
        /// ``/ResolutionModel/ResolverConfiguration/Following/minimumInterval``. No request waits at Consul meanwhile.
        public static let polling = UpdateMode(name: "polling")

        /// A blocking query over the HTTP API, which Consul answers within milliseconds of a change. It holds one
        /// connection for a service, however many iterations follow it. A lost leader and a token that may no longer
        /// read are no changes to Consul: a plain read about every three seconds finds them. While the HTTP API is
        /// down, DNS is polled as for ``polling``. Prepared queries and requests with alternatives cannot be
        /// watched: they are polled as for ``polling``.
        public static let watch = UpdateMode(name: "watch")
    }
}

/// A request to follow, with its mode, its resolver and its pinned cache entry.
struct FollowedService: Sendable {
    let request: ServiceRequest
    let mode: ConsulService.UpdateMode
    let resolver: ServiceResolver
    let handle: SlotHandle

    init(request: ServiceRequest, mode: ConsulService.UpdateMode, resolver: ServiceResolver) {
        self.request = request
        self.mode = mode
        self.resolver = resolver
        handle = resolver.cache.handle(for: request)
    }

    /// The accepted resolution in the cache entry, as it was stored; `nil` before the first answer. A request with
    /// alternatives has no entry: for it, the resolution that the last lookup of the whole request returned.
    var current: Resolution? {
        request.alternatives.isEmpty ? resolver.cache.current(of: handle.slot) : resolver.failover.current(request)
    }
}
