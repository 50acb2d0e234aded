// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import LoadBalancing

extension ServiceResolver {
    /// A service to use or to follow. Nothing is asked yet.
    ///
    /// - Parameters:
    ///   - name: The service's name.
    ///   - tag: Only instances with this tag.
    ///   - locality: Where; the agent's own datacenter by default.
    ///   - policy: Who chooses among its endpoints. By default ``Configuration/balancing`` says.
    ///   - mode: How changes are noticed.
    public func service(
        _ name: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        policy: (any BalancingPolicy)? = nil,
        updating mode: ConsulService.UpdateMode = .timeToLive
    ) -> ConsulService {
        service(ServiceRequest(name, tags: tag.map { [$0] } ?? [], in: locality), policy: policy, updating: mode)
    }

    /// A service to use or to follow. Nothing is asked yet.
    ///
    /// - Parameters:
    ///   - request: What to ask for.
    ///   - policy: Who chooses among its endpoints. By default ``Configuration/balancing`` says.
    ///   - mode: How changes are noticed.
    public func service(
        _ request: ServiceRequest,
        policy: (any BalancingPolicy)? = nil,
        updating mode: ConsulService.UpdateMode = .timeToLive
    ) -> ConsulService {
        var balancing = configuration.balancing
        if let policy { balancing.policy = policy }
        return service(request, balancing: balancing, updating: mode)
    }

    /// A service to use or to follow, with settings of its own for how endpoints are chosen. Nothing is asked yet.
    ///
    /// - Parameters:
    ///   - name: The service's name.
    ///   - tag: Only instances with this tag.
    ///   - locality: Where; the agent's own datacenter by default.
    ///   - balancing: How endpoints are chosen.
    ///   - mode: How changes are noticed.
    public func service(
        _ name: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        balancing: LoadBalancer.Configuration,
        updating mode: ConsulService.UpdateMode = .timeToLive
    ) -> ConsulService {
        let request = ServiceRequest(name, tags: tag.map { [$0] } ?? [], in: locality)
        return service(request, balancing: balancing, updating: mode)
    }

    /// A service to use or to follow, with settings of its own for how endpoints are chosen. Nothing is asked yet.
    ///
    /// - Parameters:
    ///   - request: What to ask for.
    ///   - balancing: How endpoints are chosen.
    ///   - mode: How changes are noticed.
    public func service(
        _ request: ServiceRequest,
        balancing: LoadBalancer.Configuration,
        updating mode: ConsulService.UpdateMode = .timeToLive
    ) -> ConsulService {
        let followed = FollowedService(request: request, mode: mode, resolver: self)
        return ConsulService(
            followed: followed,
            balancing: ServiceBalancing(followed, LoadBalancer(configuration: balancing))
        )
    }
}
