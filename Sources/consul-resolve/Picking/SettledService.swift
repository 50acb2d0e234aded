// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// One resolution of a service, to pick from. It sends no further queries, and its endpoints do not change.
struct SettledService {
    let resolution: Resolution
    private let balancer: LoadBalancer

    private init(_ resolution: Resolution, policy: any BalancingPolicy) {
        self.resolution = resolution
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        balancer = LoadBalancer(configuration: configuration)
        switch resolution.outcome {
        case .endpoints(let endpoints):
            balancer.update(endpoints, isStale: resolution.isStale)
        case .empty(let reason):
            let words = "Consul knows no healthy instance"
            let message = reason.map { "\(words): \($0)" } ?? words
            balancer.removeAll(because: PickError(code: .empty, message: message))
        case .unknown(let failure):
            balancer.removeAll(because: PickError(code: .unknown, message: "Consul did not answer: \(failure)"))
        }
    }

    /// Resolves the service that the options name, once.
    init(_ options: PickingOptions) async throws {
        let resolver = try options.request.resolver()
        let resolution = try await resolver.resolve(try options.request.request())
        await Bounded.wait { await resolver.shutdown() }
        self.init(resolution, policy: options.policy.policy)
    }

    /// The endpoints that can be picked.
    var endpoints: [Endpoint] { balancer.endpoints.map(\.endpoint) }

    /// Picks an endpoint. The pick ends at once and reports no outcome for the endpoint.
    func pick(_ options: PickOptions) throws(PickError) -> Endpoint {
        try balancer.pick(options).endpoint
    }
}
