// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// The key/value store of a real agent.
struct KeyValueStoreTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An entry that a transaction has written is read back`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let key = "store/written-\(dress)"
            #expect(try await consul.keyValues.entry(key).value == nil)
            let written = try await consul.keyValues.commit(
                KeyValueTransaction([.set(key, Array("one".utf8), flags: .max)])
            )
            let entry = try #require(try await consul.keyValues.entry(key).value)
            #expect(entry.text == "one")
            #expect(entry.flags == .max)
            #expect(written.first?.modifyIndex == entry.modifyIndex)
            await #expect(throws: TransactionRefusal.self) {
                try await consul.keyValues.commit(KeyValueTransaction([.checkAbsence(of: key)]))
            }
        }
    }
}
