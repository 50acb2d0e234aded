// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

/// The order of answers that Consul sorts by nearness, on an agent that has coordinates of the nodes.
struct NearnessTests {
    /// Four instances. The last one is the nearest, and the first one the most distant.
    private static let nearestFirst = ["10.1.8.4:8080", "10.1.8.3:8080", "10.1.8.2:8080", "10.1.8.1:8080"]

    @Test func `The order by nearness is kept over HTTP and over DNS`() async throws {
        let (agent, name) = try await service("order")
        let query = "\(name)-nearest"
        try await agent.post("/v1/query", json: Self.nearest(query, of: name, to: "\(name)-4"))
        for strategy in [ServiceResolver.Configuration.Strategy.http, .dns, .automatic] {
            try await withResolver(dns: agent.ports.dns, http: agent.ports.http) {
                $0.strategy = strategy
            } _: { resolver in
                for _ in 0..<5 {
                    let answer = try await resolver.resolve(.preparedQuery(query))
                    #expect(answer.endpoints.map(\.authority) == Self.nearestFirst, "\(strategy)")
                }
            }
        }
    }

    @Test
    func `The order by nearness is kept where HTTP replaces DNS, and where the request sets near`() async throws {
        let (agent, name) = try await service("stand-in")
        let query = "\(name)-nearest"
        try await agent.post("/v1/query", json: Self.nearest(query, of: name, to: "\(name)-4"))
        try await withResolver(dns: 1, http: agent.ports.http) { resolver in
            for _ in 0..<5 {
                let answer = try await resolver.resolve(.preparedQuery(query))
                #expect(answer.source == .http && answer.endpoints.map(\.authority) == Self.nearestFirst)
                let near = try await resolver.resolve(ServiceRequest(name, near: "\(name)-4"))
                #expect(near.endpoints.map(\.authority) == Self.nearestFirst)
                var other = ServiceRequest.preparedQuery(query)
                other.near = "\(name)-1"
                #expect(try await resolver.resolve(other).endpoints.map(\.authority) == Self.nearestFirst.reversed())
            }
        }
    }

    @Test(arguments: ["near", "query"])
    func `The order by nearness decides the picks of a policy that prefers the nearest`(kind: String) async throws {
        let (agent, name) = try await service("picks-\(kind)")
        let query = "\(name)-nearest"
        try await agent.post("/v1/query", json: Self.nearest(query, of: name, to: "\(name)-4"))
        let request = kind == "near" ? ServiceRequest(name, near: "\(name)-4") : .preparedQuery(query)
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { configuration in
            configuration.following.minimumInterval = .milliseconds(50)
        } _: { resolver in
            var balancing = LoadBalancer.Configuration()
            balancing.locality = LocalityPreference([.nearest(2)])
            let service = resolver.service(request, balancing: balancing)
            try await service.ready()
            let picks = try (0..<20).map { _ in try service.pick().endpoint.authority }
            #expect(Set(picks) == Set(Self.nearestFirst.prefix(2)))
            // The same set in another order.
            try await place(name, on: agent, distances: [0.02, 0.03, 0.04, 0.01])
            try await eventually("the second nearest to be another", within: .seconds(60)) {
                let picks = try (0..<20).map { _ in try service.pick().endpoint.authority }
                return Set(picks) == ["10.1.8.4:8080", "10.1.8.1:8080"]
            }
        }
    }

    // MARK: Set-up

    /// Registers four instances on nodes that are in a line.
    private func service(_ title: String) async throws -> (ConsulAgent, String) {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "nearness-\(title)"
        for number in 1...4 {
            let instance = ServiceRegistration(name, address: "10.1.8.\(number)")
            try await agent.register(instance, node: "\(name)-\(number)")
        }
        try await place(name, on: agent, distances: [0.04, 0.03, 0.02, 0.01])
        return (agent, name)
    }

    /// Sends the agent the coordinates of the nodes, in seconds from one point, and waits until it uses them: it
    /// applies coordinates every few seconds.
    private func place(_ name: String, on agent: ConsulAgent, distances: [Double]) async throws {
        for (number, distance) in zip(1..., distances) {
            let coordinate = #"{"Vec":[\#(distance),0,0,0,0,0,0,0],"Error":1.5,"Adjustment":0,"Height":0.00001}"#
            try await agent.put(
                "/v1/coordinate/update",
                json: #"{"Node":"\#(name)-\#(number)","Coord":\#(coordinate)}"#
            )
        }
        for (number, distance) in zip(1..., distances) {
            try await eventually("the coordinate of node \(number)", within: .seconds(60)) {
                let reply = try await agent.get("/v1/coordinate/node/\(name)-\(number)")
                return reply.body.contains("\(distance)")
            }
        }
    }

    private static func nearest(_ query: String, of service: String, to node: String) -> String {
        #"{"Name":"\#(query)","Service":{"Service":"\#(service)","Near":"\#(node)"}}"#
    }
}
