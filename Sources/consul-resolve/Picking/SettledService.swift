// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import ResolverSupport

/// One resolution of a service, to pick from. It sends no further queries, and its endpoints do not change.
struct SettledService {
    let resolution: Resolution
    private let balancer: LoadBalancer

    /// Resolves a service with the options.
    init(_ name: String, _ request: RequestOptions, _ picking: PickingOptions) async throws {
        let resolver = try request.resolver()
        resolution = try await resolver.resolve(try request.request(for: name))
        await BoundedTask.wait { await resolver.shutdown() }
        var configuration = LoadBalancer.Configuration()
        configuration.policy = picking.policy.policy
        balancer = LoadBalancer(configuration: configuration)
        balancer.apply(resolution)
    }

    /// The endpoints that can be picked.
    var endpoints: [Endpoint] { balancer.endpoints.map(\.endpoint) }

    /// Picks an endpoint. The pick ends at once and reports no outcome for the endpoint.
    func pick(_ options: PickOptions) throws(PickError) -> Endpoint {
        try balancer.pick(options).endpoint
    }
}
