// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// A service as Consul knew it once, to pick from. Nobody is asked any more, and the endpoints stay as they are.
struct SettledService {
    let resolution: Resolution
    private let balancer: LoadBalancer

    init(_ resolution: Resolution, policy: any BalancingPolicy) {
        self.resolution = resolution
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        balancer = LoadBalancer(configuration: configuration)
        switch resolution.outcome {
        case .endpoints(let endpoints):
            balancer.update(endpoints, isStale: resolution.isStale)
        case .empty(let reason):
            let words = "Consul knows no endpoint to connect to"
            let message = reason.map { "\(words): \($0)" } ?? words
            balancer.removeAll(because: PickError(code: .empty, message: message))
        case .unknown(let failure):
            balancer.removeAll(because: PickError(code: .unknown, message: "Consul could not be asked: \(failure)"))
        }
    }

    /// All endpoints that can be picked.
    var endpoints: [Endpoint] { balancer.endpoints.map(\.endpoint) }

    /// A pick that is over at once: it says nothing of the endpoint, good or bad.
    func pick(_ options: PickOptions) throws(PickError) -> Endpoint {
        try balancer.pick(options).endpoint
    }
}
