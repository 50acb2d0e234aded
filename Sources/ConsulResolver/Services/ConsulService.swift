// SPDX-License-Identifier: Apache-2.0

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
    public var mode: UpdateMode { followed.mode }

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
    /// are returned again, marked as ``Resolution/isStale``. A different order of the endpoints, and an answer equal to
    /// the last one, are no changes.
    ///
    /// The sequence ends when the iterating task is canceled or the resolver is shut down. Iterations are independent
    /// of each other.
    public var updates: ServiceUpdates { ServiceUpdates(service: followed) }
}
