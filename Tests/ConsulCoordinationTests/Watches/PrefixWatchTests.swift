// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Watches of all keys under a prefix.
struct PrefixWatchTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch of a prefix returns each state as a whole, and what has changed (W3, K6)`(
        dress: AgentDress
    ) async throws {
        try await withStore(dress) { store, _ in
            try await store.set("w3/a", "1".utf8)
            let reader = ElementReader(try store.watch(under: "w3/").differences(by: \.key))
            let first = try await reader.wait("the first list") { !$0.items.isEmpty }
            #expect(first.added.map(\.key) == ["w3/a"])

            // One transaction is one difference.
            try await store.commit([.set("w3/a", Array("2".utf8)), .set("w3/b", []), .set("w3/c", [])])
            let second = try await reader.wait("the change", from: 1) { !$0.changed.isEmpty }
            #expect(second.added.map(\.key) == ["w3/b", "w3/c"])
            #expect(second.changed.map(\.text) == ["2"])
            #expect(second.items.map(\.key) == ["w3/a", "w3/b", "w3/c"])

            try await store.set("w3x", "another folder".utf8)
            try await store.deleteAll(under: "w3/")
            let last = try await reader.wait("the deletion") { $0.items.isEmpty }
            #expect(last.removed.map(\.key) == ["w3/a", "w3/b", "w3/c"])
            #expect(reader.elements.count == 3)
            try await reader.cancel()
        }
    }

    @Test func `A slow reader skips lists, but no difference`() async throws {
        try await withStore { store, _ in
            var iterator = try store.watch(under: "w20/").differences(by: \.key).makeAsyncIterator()
            #expect(try await iterator.next()?.items == [])
            let fast = ElementReader(try store.watch(under: "w20/"))
            for number in 0..<5 {
                try await store.set("w20/\(number)", "\(number)".utf8)
                try await fast.wait("a list") { $0.value?.count == number + 1 }
            }
            let difference = try #require(try await iterator.next())
            #expect(difference.added.map(\.text) == ["0", "1", "2", "3", "4"])
            #expect(difference.changed.isEmpty && difference.removed.isEmpty)
            try await fast.cancel()
        }
    }

    @Test func `Keys that a token may no longer read do not count as removed where Consul tells (W21)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: .v1_22)
        let rules = #"key_prefix "w21/a" { policy = "read" }"#
        let token = try await agent.createToken(rules: #"key_prefix "w21/" { policy = "read" }"#)
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(ConsulAgent.masterToken) }) {
            root in
            for key in ["w21/a", "w21/b"] { try await root.keyValues.set(key, "x".utf8) }
            try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
                let reader = ElementReader(try consul.keyValues.watch(under: "w21/").differences(by: \.key))
                try await reader.wait("both keys") { $0.items.count == 2 }
                try await agent.setRules(rules, of: token)
                // A check notices the lost permission within seconds; no blocking query is ended by it.
                let hidden = try await reader.wait("one key") { $0.items.count == 1 }
                #expect(hidden.update.answer?.metadata.filteredByACLs == true)
                #expect(hidden.removed == [] && hidden.added == [] && hidden.changed == [])
                try await reader.cancel()
            }
        }
    }
}
