// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct AgentServiceHealthTests {
    @Test func `One instance that is requested by id is decoded like a list of one`() throws {
        let one = try AgentServiceHealth.decodeList(Samples.localHealth)
        #expect(one.map(\.status) == [.maintenance])
        #expect(one.map(\.service.id) == ["web1"])
        #expect(one.first?.checks.map(\.isMaintenance) == [true])
        #expect(try AgentServiceHealth.decodeList("[\(Samples.localHealth)]") == one)
    }

    @Test(arguments: ["[]", "null"])
    func `An empty or null list of the agent's instances is decoded as an empty list`(body: String) throws {
        #expect(try AgentServiceHealth.decodeList(body).isEmpty)
    }
}
