// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// The key/value store of a real agent. Each test uses keys of its own.
struct KeyValueStoreTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An entry is written, read and deleted (K1)`(dress: AgentDress) async throws {
        try await withStore(dress) { store, _ in
            let missing = try await store.entry("k1/a")
            #expect(missing.value == nil)
            #expect(missing.metadata.index ?? 0 > 0)

            try await store.set("k1/a", "one".utf8, flags: 42)
            let entry = try #require(try await store.entry("k1/a", consistency: .consistent).value)
            #expect((entry.key, entry.text, entry.flags, entry.session) == ("k1/a", "one", 42, nil))
            #expect(entry.createIndex == entry.modifyIndex)

            try await store.set("k1/a", "two".utf8)
            let changed = try #require(try await store.entry("k1/a").value)
            #expect((changed.text, changed.flags) == ("two", 0))
            #expect(changed.modifyIndex > entry.modifyIndex && changed.createIndex == entry.createIndex)

            try await store.delete("k1/a")
            #expect(try await store.entry("k1/a").value == nil)
            try await store.delete("k1/a")
        }
    }

    @Test func `A key that begins with a slash is refused before anything is sent (K1)`() async throws {
        try await withScriptedHTTPServer(script: { _ in .silence }) { server in
            try await withConsul(port: server.port) { consul in
                let store = consul.keyValues
                let attempts: [() async throws -> Void] = [
                    { _ = try await store.entry("/test") },
                    { _ = try await store.entries(under: "/test") },
                    { _ = try await store.keys(under: "a//b") },
                    { try await store.set("/test", "x".utf8) },
                    { _ = try await store.set("/test", "x".utf8, ifUnchangedSince: 0) },
                    { try await store.delete("/test") },
                    { try await store.deleteAll(under: "") },
                    { _ = try await store.commit([.set("/test", [])]) },
                    { try await store.update("/test", as: .text) { $0 = "x" } },
                    { try await store.setChunkedValue("/test", []) },
                ]
                for attempt in attempts {
                    let error = await #expect(throws: CoordinationError.self) { try await attempt() }
                    #expect(error?.code == .invalidArgument)
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `A hundred entries are listed by one request, and deleted by one (K2, K3)`() async throws {
        try await withStore { store, _ in
            for number in 0..<100 { try await store.set("k2/dir/\(number)", "v\(number)".utf8) }
            try await store.set("k2/directory", "other".utf8)

            let entries = try await store.entries(under: "k2/dir/")
            #expect(entries.value.count == 100)
            #expect(entries.value.map(\.key) == entries.value.map(\.key).sorted())
            #expect(entries.value.allSatisfy { $0.text == "v\($0.key.dropFirst("k2/dir/".count))" })
            #expect(entries.value.map(\.modifyIndex).max() ?? 0 <= entries.metadata.index ?? 0)
            #expect(try await store.keys(under: "k2/dir/").value == entries.value.map(\.key))

            try await store.deleteAll(under: "k2/dir/")
            let rest = try await store.entries(under: "k2/dir/")
            #expect(rest.value == [])
            #expect(rest.metadata.index ?? 0 > entries.metadata.index ?? 0)
            #expect(try await store.keys(under: "k2/dir").value == ["k2/directory"])
        }
    }

    @Test func `A separator reduces keys to folders (K3)`() async throws {
        try await withStore { store, _ in
            for key in ["k3/a", "k3/b/1", "k3/b/2", "k3/c/d/e"] { try await store.set(key, []) }
            #expect(try await store.keys(under: "k3/", separator: "/").value == ["k3/a", "k3/b/", "k3/c/"])
            #expect(try await store.keys(under: "k3/").value == ["k3/a", "k3/b/1", "k3/b/2", "k3/c/d/e"])
            #expect(try await store.keys(under: "k3/none/").value == [])
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Check-and-set writes and deletes only an unchanged entry (K4)`(dress: AgentDress) async throws {
        try await withStore(dress) { store, _ in
            #expect(try await store.set("k4", "a".utf8, ifUnchangedSince: 0))
            #expect(try await !store.set("k4", "b".utf8, ifUnchangedSince: 0))
            let answer = try await store.entry("k4")
            let index = try #require(answer.value).modifyIndex
            #expect(try await !store.set("k4", "b".utf8, ifUnchangedSince: index - 1))
            // The index of the answer to the read of one key serves, too.
            let answered = try #require(answer.metadata.index)
            #expect(try await store.set("k4", "b".utf8, ifUnchangedSince: answered))

            #expect(try await !store.delete("k4", ifUnchangedSince: index))
            #expect(try await store.entry("k4").value?.text == "b")
            let current = try #require(try await store.entry("k4").value).modifyIndex
            #expect(try await store.delete("k4", ifUnchangedSince: current))
            #expect(try await store.entry("k4").value == nil)
            #expect(try await store.delete("k4", ifUnchangedSince: current))
        }
    }

    @Test func `Any bytes and any characters are stored as they are (K8)`() async throws {
        try await withStore { store, _ in
            let every = (0...255).map { UInt8($0) }
            let keys = ["k8/plain", "k8/ümläut/日本", "k8/sp ace", "k8/q?a=1&b#c", "k8/a+b", "k8/100%25", "k8/\"\\"]
            for key in keys {
                try await store.set(key, every)
                let entry = try #require(try await store.entry(key).value)
                #expect(entry.key == key)
                #expect(entry.value == every)
                #expect(entry.text == nil)
            }
            #expect(Set(try await store.keys(under: "k8/").value) == Set(keys))
            try await store.set("k8/empty", [])
            let empty = try #require(try await store.entry("k8/empty").value)
            #expect(empty.value.isEmpty && empty.text == "")
            try await store.deleteAll(under: "k8/")
        }
    }

    @Test func `A value of 512 KiB is stored, and a larger one is not sent (K9)`() async throws {
        try await withStore { store, _ in
            let largest = [UInt8](repeating: 7, count: KeyValueStore.maximumValueSize)
            try await store.set("k9", largest)
            #expect(try await store.entry("k9").value?.value == largest)
            let index = try #require(try await store.entry("k9").value).modifyIndex
            for write in [
                { try await store.set("k9", largest + [7]) },
                { _ = try await store.set("k9", largest + [7], ifUnchangedSince: index) },
                { _ = try await store.commit([.set("k9", largest + [7])]) },
                { try await store.update("k9", as: .bytes) { $0?.append(7) } },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: CoordinationError.self) { try await write() }
                #expect(error?.code == .tooLarge)
                #expect(error?.message.contains("524289") == true)
            }
            #expect(try await store.entry("k9").value?.modifyIndex == index)
            try await store.delete("k9")
        }
    }

    @Test func `A value that this agent's own limit forbids is too large (K9)`() async throws {
        let configuration = #"{"limits": {"kv_max_value_size": 1000, "txn_max_req_len": 2000}}"#
        try await withStore(configuration: configuration) { store, _ in
            try await store.set("k9", [UInt8](repeating: 7, count: 1000))
            let value = await #expect(throws: CoordinationError.self) {
                try await store.set("k9", [UInt8](repeating: 7, count: 1001))
            }
            #expect(value?.code == .tooLarge)
            #expect(value?.message.contains("1001") == true)
            let transaction = await #expect(throws: CoordinationError.self) {
                try await store.commit([.set("k9", [UInt8](repeating: 7, count: 2000))])
            }
            #expect(transaction?.code == .tooLarge)
        }
    }

    @Test func `Writing an equal entry changes no index (K10)`() async throws {
        try await withStore { store, _ in
            try await store.set("k10", "same".utf8, flags: 3)
            let before = try await store.entry("k10").value
            try await store.set("k10", "same".utf8, flags: 3)
            #expect(try await store.entry("k10").value == before)
            try await store.set("k10", "same".utf8)
            #expect(try await store.entry("k10").value?.modifyIndex ?? 0 > before?.modifyIndex ?? 0)
        }
    }

    @Test(arguments: [0, 42, 0xE0F6_9A2B_AA41_4DE0, UInt64.max])
    func `All 64 bits of flags are kept (K11)`(flags: UInt64) async throws {
        try await withStore { store, _ in
            let key = "k11/\(flags)"
            try await store.set(key, "x".utf8, flags: flags)
            #expect(try await store.entry(key).value?.flags == flags)
            try await store.commit([.set(key, [1], flags: flags)])
            #expect(try await store.entry(key).value?.flags == flags)
        }
    }

    @Test func `A store of another datacenter has other entries`() async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        try await withConsul(federation.dc1) { consul in
            let (near, far) = (consul.keyValues, KeyValueStore(consul, datacenter: "dc2"))
            try await far.set("datacenters/a", "far".utf8)
            #expect(try await far.entry("datacenters/a").value?.text == "far")
            #expect(try await near.entry("datacenters/a").value == nil)
            try await far.commit([.set("datacenters/b", Array("far too".utf8))])
            #expect(try await far.entries(under: "datacenters/").value.map(\.text) == ["far", "far too"])
            #expect(try await near.keys(under: "datacenters/").value == [])
            try await far.deleteAll(under: "datacenters/")
            let error = await #expect(throws: ConsulHTTPError.self) {
                try await KeyValueStore(consul, datacenter: "nowhere").entry("a")
            }
            #expect(error?.code == .noSuchDatacenter)
        }
    }
}
