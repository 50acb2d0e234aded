// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Entries that this package and Consul's own command line exchange.
struct ConsulKVCommandTests {
    @Test func `The store reads what consul kv put has written`() async throws {
        try await withStore { store, agent in
            let put = try await agent.runConsul("kv", "put", "-flags=14552177083456789", "command/a b", "välue")
            #expect(put.status == 0, "\(put.errors)")
            let entry = try #require(try await store.entry("command/a b").value)
            #expect((entry.text, entry.flags) == ("välue", 14_552_177_083_456_789))

            let bytes = (0...255).map { UInt8($0) }
            let piped = try await agent.runConsul("kv", "put", "command/bytes", "-", input: bytes)
            #expect(piped.status == 0, "\(piped.errors)")
            #expect(try await store.value("command/bytes", as: .bytes) == bytes)

            // Created only if absent: the command and the store mean the same index.
            #expect(try await agent.runConsul("kv", "put", "-cas", "-modify-index=0", "command/a b", "no").status == 1)
            let index = try #require(try await store.entry("command/a b").value).modifyIndex
            #expect(
                try await agent.runConsul("kv", "put", "-cas", "-modify-index=\(index)", "command/a b", "yes").status
                    == 0
            )
            #expect(try await !store.set("command/a b", "late".utf8, ifUnchangedSince: index))
            #expect(try await store.value("command/a b", as: .text) == "yes")
        }
    }

    @Test func `The command consul kv get reads what the store has written`() async throws {
        try await withStore { store, agent in
            let bytes = (0...255).map { UInt8($0) }
            try await store.set("command/get/bytes", bytes, flags: .max)
            let got = try await agent.runConsul("kv", "get", "command/get/bytes")
            // The command adds the end of a line.
            #expect(got.output == bytes + [UInt8(ascii: "\n")])
            let detailed = try await agent.runConsul("kv", "get", "-detailed", "command/get/bytes").text
            #expect(detailed.contains("18446744073709551615"))

            try await store.set("command/get/ü/x y", "z".utf8)
            #expect(
                try await agent.runConsul("kv", "get", "-keys", "command/get/").text.split(separator: "\n")
                    == ["command/get/bytes", "command/get/ü/"]
            )
            #expect(try await agent.runConsul("kv", "get", "command/get/ü/x y").text == "z\n")
            try await store.delete("command/get/bytes")
            #expect(try await agent.runConsul("kv", "get", "command/get/bytes").status == 1)
            #expect(try await agent.runConsul("kv", "delete", "-recurse", "command/get/").status == 0)
            #expect(try await store.entries(under: "command/get/").value == [])
        }
    }
}
