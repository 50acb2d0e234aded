// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// Instances with invalid addresses, which Consul does not check. One such instance proves nothing about the others.
struct UnusableInstanceTests {
    @Test func `One unusable address among good ones delays no removal`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let addresses = ["1": "10.3.0.1", "2": "10.3.0.2", "3": "10.1.1.1:99"]
        for (id, address) in addresses {
            try await agent.register(ServiceRegistration("mixed", id: id, address: address), node: "mixed-\(id)")
        }
        try await withEveryStrategy(dns: [agent.ports.dns], http: agent.ports.http) { resolvers in
            for resolver in resolvers {
                let all = try await resolver.resolve("mixed")
                #expect(all.authorities == ["10.3.0.1:8080", "10.3.0.2:8080"])
                #expect(all.isComplete && all.unusableInstances == 1)
            }
            try await agent.deregister(node: "mixed-2")
            for resolver in resolvers {
                // It would take three answers and 30 s if the list were not known to be complete.
                let rest = try await asking("an answer without the instance", within: .seconds(20)) {
                    let resolution = try await resolver.resolve("mixed")
                    return resolution.endpoints.count == 1 ? resolution : nil
                }
                #expect(rest.authorities == ["10.3.0.1:8080"] && rest.isComplete)
            }
        }
    }
}
