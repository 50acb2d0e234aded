// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Watches of one key.
struct KeyWatchTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch of a key tells of its creation, of each change and of its deletion, once (W1, W12, K6)`(
        dress: AgentDress
    ) async throws {
        try await withStore(dress) { store, _ in
            let reader = ElementReader(try store.watch("w1/key"))
            try await reader.wait(count: 1)
            for (number, text) in ["1", "2", "3"].enumerated() {
                try await store.set("w1/key", text.utf8)
                try await reader.wait(count: number + 2)
            }
            try await store.delete("w1/key")
            try await reader.wait(count: 5)
            #expect(reader.elements.map(\.value??.text) == [nil, "1", "2", "3", nil])
            #expect(reader.elements.allSatisfy { $0.answer != nil && $0.interruption == nil })
            try await reader.cancel()
            #expect(try await reader.waitForEnd().isSuccess)
            try await store.set("w1/key", "4".utf8)
            #expect(reader.elements.count == 5)
            try await store.delete("w1/key")
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch of a key tells of its deletion with all other keys of a prefix (W2)`(dress: AgentDress) async throws {
        try await withStore(dress) { store, _ in
            try await store.set("w2/dir/key", "x".utf8)
            let reader = ElementReader(try store.watch("w2/dir/key"))
            try await reader.wait("the entry") { $0.value??.text == "x" }
            try await store.deleteAll(under: "w2/dir/")
            try await reader.wait("the absence") { $0.answer?.value == nil && $0.answer != nil }
            try await reader.cancel()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Writes of other keys and equal writes are no updates of a watch (W15, K10)`(dress: AgentDress) async throws {
        try await withStore(dress) { store, _ in
            // Consul ends the blocking query for an absent key with each write of any key.
            let reader = ElementReader(try store.watch("w15/key"))
            try await reader.wait(count: 1)
            for number in 0..<5 { try await store.set("w15/other\(number)", "x".utf8) }
            try await store.set("w15/key", "same".utf8)
            try await reader.wait(count: 2)
            for _ in 0..<3 { try await store.set("w15/key", "same".utf8) }
            try await store.set("w15/keys", "x".utf8)
            try await store.set("w15/key", "other".utf8)
            try await reader.wait(count: 3)
            #expect(reader.elements.map(\.value??.text) == [nil, "same", "other"])
            try await reader.cancel()
        }
    }

    @Test func `A deletion and a new equal entry are an update, even if the watch saw neither moment`() async throws {
        try await withStore { store, _ in
            try await store.set("w-again/key", "x".utf8)
            let reader = ElementReader(try store.watch("w-again/key"))
            let first = try await reader.wait("the entry") { $0.value??.text == "x" }.value??.modifyIndex
            try await store.commit([.delete("w-again/key"), .set("w-again/key", Array("x".utf8))])
            let second = try await reader.wait("the new entry", from: 1) { $0.value??.text == "x" }.value??.modifyIndex
            #expect(try #require(second) > (try #require(first)))
            try await reader.cancel()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A denied key is an interruption, and no absence`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let token = try await agent.createToken(rules: #"key_prefix "other/" { policy = "read" }"#)
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
            let reader = ElementReader(try consul.keyValues.watch("w-denied/key"))
            let update = try await reader.wait("the denial") { $0.interruption?.code == .denied }
            #expect(update.answer == nil)
            try await reader.cancel()
        }
    }

    @Test func `A proxy that has lost its agent interrupts a watch, and deletes no value`() async throws {
        let entry = #"[{"Key":"a","Value":"MQ==","Flags":0,"CreateIndex":5,"ModifyIndex":5,"LockIndex":0}]"#
        let script = ScriptedHTTPServer.inOrder(
            [.reply(.json(entry, index: 5))],
            [.reply(ConsulReply(404, body: Array("404 page not found\n".utf8)))]
        )
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let reader = ElementReader(try consul.watchKey("a", checks: false))
                let update = try await reader.wait("the interruption") { $0.interruption != nil }
                #expect(update.value??.text == "1")
                try await reader.cancel()
            }
        }
    }

    @Test func `Three readers of one key share one blocking query (W18)`() async throws {
        let gate = Gate()
        let entry = #"[{"Key":"a","Value":"MQ==","Flags":0,"CreateIndex":5,"ModifyIndex":5,"LockIndex":0}]"#
        let script: ScriptedHTTPServer.Script = { request in
            switch request.parameter("index") {
            case nil: [.reply(.json(entry, index: 5))]
            case "5": .reply(.json("[]", index: 6), after: gate)
            default: .silence
            }
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let readers = try (0..<3).map { _ in ElementReader(try consul.watchKey("a", checks: false)) }
                for reader in readers { try await reader.wait("the entry") { $0.value??.text == "1" } }
                try await server.waitForRequests(2)
                gate.release()
                for reader in readers { try await reader.wait("the deletion", from: 1) { $0.value == .some(nil) } }
                #expect(server.requests.prefix(2).map { $0.parameter("index") } == [nil, "5"])
                #expect(server.requests.filter { $0.parameter("index") == "5" }.count == 1)
                for reader in readers { try await reader.cancel() }
            }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch follows an agent that restarts without its data (W17)`(dress: AgentDress) async throws {
        try await withConsulAgent(dress: dress) { agent in
            try await withConsul(agent) { consul in
                try await consul.keyValues.set("key", "1".utf8)
                let reader = ElementReader(try consul.keyValues.watch("key"))
                try await reader.wait("the entry") { $0.value??.text == "1" }
                try await agent.kill()
                let interrupted = try await reader.wait("the interruption") { $0.interruption != nil }
                #expect(interrupted.value??.text == "1")
                let count = reader.elements.count
                try await agent.restart()
                try await reader.wait("the absence", from: count) { $0.interruption == nil && $0.value == .some(nil) }
                try await consul.keyValues.set("key", "2".utf8)
                try await reader.wait("the new entry", from: count) { $0.value??.text == "2" }
                try await reader.cancel()
            }
        }
    }

    @Test func `A watch follows a restored snapshot, whose index lies in the past (W16)`() async throws {
        try await withConsulAgent { agent in
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("w16-\(UUID().uuidString).snap")
                .path
            defer { try? FileManager.default.removeItem(atPath: file) }
            try await withConsul(agent) { consul in
                try await consul.keyValues.set("key", "old".utf8)
                let saved = try await agent.runConsul("snapshot", "save", file)
                #expect(saved.status == 0, "\(saved.errors)")
                for number in 0..<20 { try await consul.keyValues.set("key", "new\(number)".utf8) }
                let reader = ElementReader(try consul.keyValues.watch("key"))
                try await reader.wait("the new value") { $0.value??.text == "new19" }

                let restored = try await agent.runConsul("snapshot", "restore", file)
                #expect(restored.status == 0, "\(restored.errors)")
                try await reader.wait("the restored value", within: .seconds(80)) { $0.value??.text == "old" }
                let count = reader.elements.count
                try await consul.keyValues.set("key", "after".utf8)
                try await reader.wait("a later change", from: count, within: .seconds(80)) {
                    $0.value??.text == "after"
                }
                try await reader.cancel()
            }
        }
    }

    @Test func `A watch that is canceled before it begins, or while it waits, ends at once (K6)`() async throws {
        try await withStore { store, _ in
            let watch = try store.watch("k6/key")
            let never = Task {
                // The task may only look at the watch after its cancellation.
                while !Task.isCancelled { await Task.yield() }
                var iterator = watch.makeAsyncIterator()
                return try await iterator.next() == nil
            }
            never.cancel()
            #expect(try await never.value(within: .seconds(20)))

            let reader = ElementReader(watch)
            try await reader.wait(count: 1)
            try await reader.cancel()
        }
    }
}

extension Result {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}
