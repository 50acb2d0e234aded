// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import LoadBalancing
public import ResolutionModel

extension ServiceResolver {
    /// Returns a service to use or to follow. No query is sent yet.
    ///
    /// - Parameters:
    ///   - name: The service's name.
    ///   - tag: A tag that the instances have to have.
    ///   - locality: The locality of the instances; the agent's own datacenter by default.
    ///   - policy: The policy that selects among the endpoints; that of ``Configuration/balancing`` by default.
    ///   - mode: The mode of detecting changes.
    public func service(
        _ name: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        policy: (any BalancingPolicy)? = nil,
        updating mode: ConsulService.UpdateMode = .polling
    ) -> ConsulService {
        service(ServiceRequest(name, tags: tag.map { [$0] } ?? [], in: locality), policy: policy, updating: mode)
    }

    /// Returns a service to use or to follow. No query is sent yet.
    ///
    /// - Parameters:
    ///   - request: The service, and the conditions for its instances.
    ///   - policy: The policy that selects among the endpoints; that of ``Configuration/balancing`` by default.
    ///   - mode: The mode of detecting changes.
    public func service(
        _ request: ServiceRequest,
        policy: (any BalancingPolicy)? = nil,
        updating mode: ConsulService.UpdateMode = .polling
    ) -> ConsulService {
        var balancing = configuration.balancing
        if let policy { balancing.policy = policy }
        return service(request, balancing: balancing, updating: mode)
    }

    /// Returns a service to use or to follow, with balancing settings of its own. No query is sent yet.
    ///
    /// - Parameters:
    ///   - name: The service's name.
    ///   - tag: A tag that the instances have to have.
    ///   - locality: The locality of the instances; the agent's own datacenter by default.
    ///   - balancing: The settings for selecting endpoints.
    ///   - mode: The mode of detecting changes.
    public func service(
        _ name: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        balancing: LoadBalancer.Configuration,
        updating mode: ConsulService.UpdateMode = .polling
    ) -> ConsulService {
        let request = ServiceRequest(name, tags: tag.map { [$0] } ?? [], in: locality)
        return service(request, balancing: balancing, updating: mode)
    }

    /// Returns a service to use or to follow, with balancing settings of its own. No query is sent yet.
    ///
    /// - Parameters:
    ///   - request: The service, and the conditions for its instances.
    ///   - balancing: The settings for selecting endpoints.
    ///   - mode: The mode of detecting changes.
    public func service(
        _ request: ServiceRequest,
        balancing: LoadBalancer.Configuration,
        updating mode: ConsulService.UpdateMode = .polling
    ) -> ConsulService {
        let followed = FollowedService(request: request, mode: mode, resolver: self)
        return ConsulService(
            followed: followed,
            balancing: ServiceBalancing(followed, LoadBalancer(configuration: balancing))
        )
    }
}
