// SPDX-License-Identifier: Apache-2.0

// snippet.hide
import ConsulResolver
import LoadBalancing

func get(_ url: String) async throws -> String { url }
func connect(to endpoint: Endpoint) {}
let resolver = try ServiceResolver()
// snippet.show
// snippet.request
let web = resolver.service("web")
// Each further attempt uses another endpoint, within a retry budget.
let page = try await web.withEndpoint(attempts: 3) { endpoint in
    try await get("http://\(endpoint.authority)/")
}
// snippet.end

// snippet.lease
do {
    // For `hashed`: the same key selects the same endpoint.
    let lease = try resolver.service("cart", policy: .hashed).pick(PickOptions(key: "customer-4711"))
    connect(to: lease.endpoint)
    lease.finish(.success)
}
// snippet.end

// snippet.nearest
var balancing = LoadBalancer.Configuration()
balancing.locality = LocalityPreference([.nearest(3)])
let near = resolver.service(ServiceRequest("web", near: "_agent"), balancing: balancing)
// snippet.end

// snippet.policy
/// Chooses by chance, whatever the weights are.
struct Uniform: BalancingPolicy {
    let description = "uniform"

    func makePicker(for candidates: [Candidate]) -> any EndpointPicker { Picker(count: candidates.count) }

    final class Picker: EndpointPicker {
        let count: Int
        init(count: Int) { self.count = count }

        func pick(for request: borrowing PickRequest) -> Int { Int(request.random % UInt64(count)) }
    }
}
let uniform = resolver.service("web", policy: Uniform())
// snippet.end
