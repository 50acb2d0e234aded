// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

/// Two real datacenters.
struct FailoverTests {
    private func request(_ name: String, in locality: ConsulLocality, else datacenter: String) -> ServiceRequest {
        var request = ServiceRequest(name, in: locality)
        request.alternatives = [.datacenter(datacenter)]
        return request
    }

    @Test(arguments: FollowingTests.modes)
    func `A service that is gone from one datacenter is used in the other until it is back`(
        mode: ConsulService.UpdateMode
    ) async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        let name = "moving-\(mode)"
        let first = ServiceRegistration(name, address: "10.1.0.1")
        try await federation.dc1.register(first, node: "\(name)-1")
        try await federation.dc2.register(ServiceRegistration(name, address: "10.2.0.1"), node: "\(name)-2")
        try await withResolver(dns: federation.dc1.ports.dns, http: federation.dc1.ports.http) { configuration in
            configuration.timeout = .seconds(10)
            configuration.following.minimumInterval = .milliseconds(50)
            configuration.failover.failback = .milliseconds(200)
        } _: { resolver in
            let service = resolver.service(request(name, in: .local, else: "dc2"), updating: mode)
            try await withUpdates(of: service) { updates in
                #expect(try await updates.next().authorities == ["10.1.0.1:8080"])
                try await federation.dc1.deregister(node: "\(name)-1")
                let moved = try await updates.next { !$0.isStale }
                #expect(moved.authorities == ["10.2.0.1:8080"] && moved.alternative == .datacenter("dc2"))
                try await federation.dc1.register(first, node: "\(name)-1")
                let back = try await updates.next { $0.alternative == nil }
                #expect(back.authorities == ["10.1.0.1:8080"] && !back.isStale)
            }
        }
    }

    @Test func `A lost datacenter is replaced, and one that does not exist is not used`() async throws {
        try await withConsulFederation { federation in
            try await federation.dc1.register(ServiceRegistration("web", address: "10.1.0.1"), node: "web-1")
            try await federation.dc2.register(ServiceRegistration("web", address: "10.2.0.1"), node: "web-2")
            try await withResolver(dns: federation.dc1.ports.dns, http: federation.dc1.ports.http) { configuration in
                configuration.timeout = .seconds(10)
            } _: { resolver in
                let distant = request("web", in: .datacenter("dc2"), else: "dc1")
                #expect(try await resolver.resolve(distant).authorities == ["10.2.0.1:8080"])
                try await federation.dc2.kill()
                let replaced = try await asking("another datacenter", within: .seconds(30)) {
                    let resolution = try await resolver.resolve(distant)
                    #expect(!resolution.endpoints.isEmpty)
                    return resolution.alternative == nil ? nil : resolution
                }
                #expect(replaced.authorities == ["10.1.0.1:8080"] && replaced.alternative == .datacenter("dc1"))
                let nowhere = try await resolver.resolve(request("nobody", in: .local, else: "dc9"))
                #expect(nowhere.isEmpty && nowhere.alternative == nil)
            }
        }
    }
}
