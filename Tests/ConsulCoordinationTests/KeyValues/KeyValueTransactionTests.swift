// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Transactions on the key/value store of a real agent.
struct KeyValueTransactionTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock is acquired and released, and counts its acquisitions (K5)`(dress: AgentDress) async throws {
        try await withStore(dress) { store, agent in
            let session = try await agent.makeSession()
            try await store.commit([.lock("k5", Array("held".utf8), flags: 1, session: session)])
            let held = try #require(try await store.entry("k5").value)
            #expect((held.session, held.lockIndex, held.text) == (session, 1, "held"))

            try await store.commit([.unlock("k5", Array("free".utf8), flags: 1, session: session)])
            let free = try #require(try await store.entry("k5").value)
            #expect((free.session, free.lockIndex, free.text) == (nil, 1, "free"))
            try await agent.destroySession(session)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A refused transaction names every operation that failed, and changes nothing (K7)`(
        dress: AgentDress
    ) async throws {
        try await withStore(dress) { store, agent in
            let invalid = KeyValueTransaction([
                .set("k7/refused/other", [1]), .lock("k7/refused/lock", [1], flags: 0, session: ""),
                .get("k7/refused/missing"),
            ])
            let refusal = await #expect(throws: TransactionRefusal.self) { try await store.commit(invalid) }
            #expect(refusal?.failures.map(\.position) == [1, 2])
            #expect(refusal?.failures.allSatisfy { !$0.reason.isEmpty } == true)
            #expect(try await store.keys(under: "k7/refused/").value == [])

            let session = try await agent.makeSession()
            let entries = try await store.commit([
                .lock("k7/refused/lock", Array("value".utf8), flags: 7, session: session), .get("k7/refused/lock"),
            ])
            // The answer to a write has no value.
            #expect(entries.map(\.value) == [[], Array("value".utf8)])
            #expect(entries.map(\.session) == [session, session])
            #expect(entries[0].modifyIndex == entries[1].modifyIndex)
            try await agent.destroySession(session)
        }
    }

    @Test func `A transaction of reads returns the entries of one moment (K7)`() async throws {
        try await withStore { store, _ in
            for key in ["k7/read/a", "k7/read/b"] { try await store.set(key, key.utf8) }
            let entries = try await store.commit([
                .get("k7/read/b"), .getAll(under: "k7/read/"), .getAll(under: "k7/none/"),
            ])
            #expect(entries.map(\.text) == ["k7/read/b", "k7/read/a", "k7/read/b"])
            #expect(try await store.commit([]) == [])
        }
    }

    @Test func `Each kind of check refuses a transaction whose condition does not hold (K7)`() async throws {
        try await withStore { store, agent in
            let session = try await agent.makeSession()
            try await store.set("k7/checks", "x".utf8)
            let index = try #require(try await store.entry("k7/checks").value).modifyIndex
            let failing: [KeyValueTransaction.Operation] = [
                .checkAbsence(of: "k7/checks"), .check("k7/checks", isUnchangedSince: index - 1),
                .check("k7/checks", isHeldBy: session), .delete("k7/checks", ifUnchangedSince: index - 1),
                .set("k7/checks", [], ifUnchangedSince: index - 1),
                .unlock("k7/checks", [], flags: 0, session: session),
            ]
            for operation in failing {
                let refusal = await #expect(throws: TransactionRefusal.self) {
                    try await store.commit([.set("k7/effect", []), operation])
                }
                #expect(refusal?.failures.map(\.position) == [1])
            }
            #expect(try await store.entry("k7/effect").value == nil)
            try await store.commit([
                .checkAbsence(of: "k7/effect"), .check("k7/checks", isUnchangedSince: index),
                .delete("k7/checks", ifUnchangedSince: index), .set("k7/effect", [], ifUnchangedSince: 0),
            ])
            #expect(try await store.keys(under: "k7/checks").value == [])
            try await store.commit([.deleteAll(under: "k7/effect"), .delete("k7/none")])
            #expect(try await store.entry("k7/effect").value == nil)
            try await agent.destroySession(session)
        }
    }

    @Test func `More operations than this version accepts are too large, and none is applied (K9)`() async throws {
        try await withStore { store, agent in
            // The limit is the real agent's, whatever version it imitates.
            let limit = agent.version < ConsulVersion(1, 9) ? 64 : 128
            let operations = (0..<limit).map { KeyValueTransaction.Operation.set("k9/txn/\($0)", []) }
            #expect(try await store.commit(operations).count == limit)
            try await store.deleteAll(under: "k9/txn/")

            let more = KeyValueTransaction(operations + [.set("k9/txn/more", [])])
            let error = await #expect(throws: CoordinationError.self) { try await store.commit(more) }
            #expect(error?.code == .tooLarge)
            #expect(error?.message.contains("\(limit + 1)") == true)
            #expect(try await store.keys(under: "k9/txn/").value == [])
        }
    }

    @Test func `A write that both acquires and checks an index is a bad request of Consul's (K13)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            // No method of the store can form this request.
            var query = RequestQuery()
            query.append("acquire", "11111111-2222-3333-4444-555555555555")
            query.append("cas", "0")
            let request = WriteRequest(.put, RequestPath("/v1/kv").appending(key: "k13"), query: query, body: [1])
            let error = await #expect(throws: ConsulHTTPError.self) { try await consul.write(request) }
            #expect(error?.code == .badRequest)
            #expect(error?.status == 400)
        }
    }
}
