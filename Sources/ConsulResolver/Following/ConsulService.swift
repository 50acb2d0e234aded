// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS

/// A service that is followed: what is known of it now, and every change from then on.
///
/// ```swift
/// let web = resolver.service("web", updating: .watch)
/// for await resolution in web.updates { use(resolution.endpoints) }
/// ```
public struct ConsulService: Sendable {
    /// How changes are noticed.
    public struct UpdateMode: Hashable, Sendable, CustomStringConvertible {
        /// The mode's name.
        public let description: String

        /// By asking again when the TTL of the last answer is over, but no more often than
        /// ``ServiceResolver/Configuration/Following/minimumInterval``. Nothing waits at Consul meanwhile.
        public static let timeToLive = UpdateMode(description: "timeToLive")

        /// By a question to the HTTP API that Consul answers when something changes, within milliseconds. It holds one
        /// connection for a service, however many follow it. While the HTTP API is down, DNS is asked as for
        /// ``timeToLive``. Prepared queries and requests with alternatives cannot be watched: they are asked as for
        /// ``timeToLive``.
        public static let watch = UpdateMode(description: "watch")
    }

    /// What is followed.
    public let request: ServiceRequest

    /// How changes are noticed.
    public let mode: UpdateMode

    let resolver: ServiceResolver
    private let handle: ServiceHandle

    var cached: CachedService { handle.service }

    init(request: ServiceRequest, mode: UpdateMode, resolver: ServiceResolver) {
        self.request = request
        self.mode = mode
        self.resolver = resolver
        handle = resolver.cache.handle(for: request)
    }

    /// What was found out last, by whoever asked; `nil` if nothing ever was. It takes no time, asks nobody, and says
    /// nothing about how long ago that was: keep an iteration of ``updates`` going beside it.
    public var current: Resolution? {
        request.alternatives.isEmpty ? cached.current : resolver.failover.current(request)
    }

    /// What is known now; Consul is asked if that is too long ago.
    ///
    /// - Throws: As ``ServiceResolver/resolve(_:timeout:)``.
    nonisolated(nonsending) public func resolve(timeout: Duration? = nil) async throws -> Resolution {
        try await resolver.resolve(request, timeout: timeout)
    }

    /// The service as it is known now, and then every change. Whoever is slow sees only the latest.
    ///
    /// The first element comes as soon as anything is known, or it is known that nothing is. Endpoints are never taken
    /// away because Consul cannot be asked, because a token is denied, or by an empty answer that nobody explains: they
    /// are given again, marked as ``Resolution/isStale``. The order of endpoints, and an answer that says the same as
    /// the last, are no changes.
    ///
    /// It ends when the task that iterates is cancelled or the resolver is shut down. Each iteration follows on its own.
    public var updates: ServiceUpdates { ServiceUpdates(service: self) }
}

extension ServiceResolver {
    /// A service to follow. Nothing is asked yet.
    ///
    /// - Parameters:
    ///   - name: The service's name.
    ///   - tag: Only instances with this tag.
    ///   - locality: Where; the agent's own datacenter by default.
    ///   - mode: How changes are noticed.
    public func service(
        _ name: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        updating mode: ConsulService.UpdateMode = .timeToLive
    ) -> ConsulService {
        service(ServiceRequest(name, tags: tag.map { [$0] } ?? [], in: locality), updating: mode)
    }

    /// A service to follow. Nothing is asked yet.
    public func service(
        _ request: ServiceRequest,
        updating mode: ConsulService.UpdateMode = .timeToLive
    ) -> ConsulService {
        ConsulService(request: request, mode: mode, resolver: self)
    }
}
