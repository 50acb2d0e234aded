// SPDX-License-Identifier: Apache-2.0

public import LoadBalancing
public import ResolutionModel

extension ServiceResolver {
    /// Returns a service to use or to follow. No query is sent yet.
    ///
    /// ```swift
    /// let web = resolver.service("web", policy: .adaptive)
    /// let api = resolver.service(ServiceRequest("api", tags: ["v2"], in: .datacenter("dc2")), updating: .watch)
    /// ```
    ///
    /// - Parameters:
    ///   - request: The service, and the conditions for its instances. A string literal is a service's name.
    ///   - policy: The policy that selects among the endpoints; by default that of `balancing`.
    ///   - balancing: The settings of the selection; ``/ResolutionModel/ResolverConfiguration/balancing`` by default.
    ///   - mode: The mode of detecting changes. Default ``ConsulService/UpdateMode/polling``.
    public func service(
        _ request: ServiceRequest,
        policy: (any BalancingPolicy)? = nil,
        balancing: LoadBalancer.Configuration? = nil,
        updating mode: ConsulService.UpdateMode = .polling
    ) -> ConsulService {
        var balancing = balancing ?? configuration.balancing
        if let policy { balancing.policy = policy }
        let followed = FollowedService(request: request, mode: mode, resolver: self)
        return ConsulService(
            followed: followed,
            balancing: ServiceBalancing(followed, LoadBalancer(configuration: balancing))
        )
    }

    /// The parts of this resolver that follow a service.
    var followerDependencies: ServiceFollower.Dependencies {
        ServiceFollower.Dependencies(
            configuration: configuration,
            cache: cache,
            http: http,
            standIn: standIn,
            time: time,
            chance: chance,
            probePlan: probePlan,
            resolveWhole: { try await self.resolve($0) }
        )
    }
}
