// SPDX-License-Identifier: Apache-2.0

/// A service that is used: one endpoint of it at a time, chosen among all that are known at that moment.
///
/// ```swift
/// let web = resolver.service("web", policy: .adaptive)
/// let page = try await web.withEndpoint { endpoint in try await client.get("http://\(endpoint.authority)/") }
/// ```
///
/// It can also be followed, without anything being chosen:
///
/// ```swift
/// for await resolution in resolver.service("web", updating: .watch).updates { use(resolution.endpoints) }
/// ```
///
/// Keep it for as long as the service is used: what requests have shown of endpoints is known to it and its copies only.
/// Consul is asked from the first pick on until the last copy is gone.
public struct ConsulService: Sendable {
    let followed: FollowedService
    let balancing: ServiceBalancing

    /// What is followed.
    public var request: ServiceRequest { followed.request }

    /// How changes are noticed.
    public var mode: UpdateMode { followed.mode }

    /// What was found out last, by whoever asked; `nil` if nothing ever was. It takes no time, asks nobody, and says
    /// nothing about how long ago that was: keep an iteration of ``updates`` going beside it.
    public var current: Resolution? { followed.current }

    /// What is known now; Consul is asked if that is too long ago.
    ///
    /// - Throws: As ``ServiceResolver/resolve(_:timeout:)``.
    nonisolated(nonsending) public func resolve(timeout: Duration? = nil) async throws -> Resolution {
        try await followed.resolver.resolve(request, timeout: timeout)
    }

    /// The service as it is known now, and then every change. Whoever is slow sees only the latest.
    ///
    /// The first element comes as soon as anything is known, or it is known that nothing is. Endpoints are never taken
    /// away because Consul cannot be asked, because a token is denied, or by an empty answer that nobody explains: they
    /// are given again, marked as ``Resolution/isStale``. The order of endpoints, and an answer that says the same as
    /// the last, are no changes.
    ///
    /// It ends when the task that iterates is cancelled or the resolver is shut down. Each iteration follows on its own.
    public var updates: ServiceUpdates { ServiceUpdates(service: followed) }
}
