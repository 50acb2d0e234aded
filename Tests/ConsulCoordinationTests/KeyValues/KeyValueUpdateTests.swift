// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Updates of entries of a real agent, which other programs change in the meantime.
struct KeyValueUpdateTests {
    @Test func `An update creates, changes and deletes an entry (K12)`() async throws {
        try await withStore { store, _ in
            let first = try await store.update("k12/a", as: .text) { value in
                #expect(value == nil)
                value = "one"
                return 1
            }
            #expect(first == 1)
            try await store.update("k12/a", as: .text) { $0?.append(" two") }
            #expect(try await store.value("k12/a", as: .text) == "one two")
            try await store.update("k12/a", as: .text) { $0 = nil }
            #expect(try await store.value("k12/a", as: .text) == nil)
            try await store.update("k12/a", as: .text) { $0 = nil }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An update keeps the flags, the session and the lock index (K12)`(dress: AgentDress) async throws {
        try await withStore(dress) { store, agent in
            try await store.set("k12/flags", "1".utf8, flags: .max)
            try await store.update("k12/flags", as: .number) { $0 = ($0 ?? 0) + 1 }
            let plain = try #require(try await store.entry("k12/flags").value)
            #expect((plain.text, plain.flags) == ("2", .max))

            let session = try await agent.makeSession()
            try await store.commit([.lock("k12/held", [], flags: 9, session: session)])
            let before = try #require(try await store.entry("k12/held").value)
            try await store.update("k12/held", as: .text) { $0 = "news" }
            let after = try #require(try await store.entry("k12/held").value)
            #expect((after.text, after.flags, after.session) == ("news", 9, session))
            #expect(after.lockIndex == before.lockIndex && after.modifyIndex > before.modifyIndex)

            let error = await #expect(throws: CoordinationError.self) {
                try await store.update("k12/held", as: .text) { $0 = nil }
            }
            #expect(error?.code == .conflict)
            #expect(try await store.entry("k12/held").value == after)
            try await agent.destroySession(session)
        }
    }

    @Test func `An update that changes nothing writes nothing (K12)`() async throws {
        try await withStore { store, _ in
            try await store.set("k12/equal", "x".utf8)
            let before = try await store.entry("k12/equal").value
            try await store.update("k12/equal", as: .text) { $0 = "x" }
            #expect(try await store.entry("k12/equal").value == before)
        }
    }

    @Test func `An update that lost the race is applied to the new value (K12)`() async throws {
        try await withStore { store, _ in
            try await store.set("k12/race", "1".utf8)
            var seen: [Int] = []
            try await store.update("k12/race", as: ValueCoder<Int>.number) { value in
                seen.append(value ?? 0)
                if seen.count <= 2 { try await store.set("k12/race", "\(seen.count * 10)".utf8) }
                value = (value ?? 0) + 1
            }
            #expect(seen == [1, 10, 20])
            #expect(try await store.value("k12/race", as: .text) == "21")
        }
    }

    @Test func `No increment of several programs is lost (K12)`() async throws {
        try await withStore { store, _ in
            try await withThrowingTaskGroup { group in
                for _ in 0..<5 {
                    group.addTask {
                        for _ in 0..<4 {
                            try await store.update("k12/count", as: ValueCoder<Int>.number, attempts: 200) {
                                $0 = ($0 ?? 0) + 1
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.value("k12/count", as: .number) == 20)
        }
    }

    @Test func `An update gives up after its attempts, and says that others were faster (K12)`() async throws {
        try await withStore { store, _ in
            var attempts = 0
            let error = await #expect(throws: CoordinationError.self) {
                try await store.update("k12/busy", as: ValueCoder<Int>.number, attempts: 3) { value in
                    attempts += 1
                    try await store.set("k12/busy", "\(attempts)".utf8)
                    value = 0
                }
            }
            #expect(error?.code == .contended)
            #expect(attempts == 3)
            let last = try await store.value("k12/busy", as: .text)
            #expect(last == "3")
        }
    }

    @Test func `An update ends with the error of its coder or of its closure, and writes nothing (K12)`() async throws {
        struct Refused: Error {}
        try await withStore { store, _ in
            try await store.set("k12/error", "text".utf8)
            let error = await #expect(throws: CoordinationError.self) {
                try await store.update("k12/error", as: ValueCoder<Int>.number) { $0 = 1 }
            }
            #expect(error?.code == .corrupt)
            await #expect(throws: Refused.self) {
                try await store.update("k12/error", as: .text) {
                    $0 = "changed"
                    throw Refused()
                }
            }
            #expect(try await store.value("k12/error", as: .text) == "text")
        }
    }

    @Test func `A canceled update ends between its attempts (K12)`() async throws {
        try await withStore { store, _ in
            let started = WatchedValue(0)
            let task = Task {
                try await store.update("k12/canceled", as: ValueCoder<Int>.number, attempts: .max) { value in
                    let number = started.update { count in
                        count += 1
                        return count
                    }
                    try await store.set("k12/canceled", "\(number)".utf8)
                    value = 0
                }
            }
            try await started.wait("an attempt", within: .seconds(20)) { $0 >= 2 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(20)) }
        }
    }

    @Test func `An update repeats a write that was certainly not applied`() async throws {
        let entry = #"[{"Key":"a","Value":"MQ==","Flags":0,"CreateIndex":1,"ModifyIndex":1,"LockIndex":0}]"#
        let writes = WatchedValue(0)
        let script: ScriptedHTTPServer.Script = { request in
            guard request.method == "PUT" else { return [.reply(.json(entry))] }
            let number = writes.update { count in
                count += 1
                return count
            }
            return [.reply(number < 3 ? .tooManyConnections : .json("true"))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                try await consul.keyValues.update("a", as: ValueCoder<Int>.number) { $0 = ($0 ?? 0) + 1 }
            }
        }
        #expect(writes.current == 3)
    }

    @Test func `An update does not repeat a write whose answer was lost`() async throws {
        let entry = #"[{"Key":"a","Value":"MQ==","Flags":0,"CreateIndex":1,"ModifyIndex":1,"LockIndex":0}]"#
        let script: ScriptedHTTPServer.Script = { request in
            request.method == "PUT" ? [.closeConnection] : [.reply(.json(entry))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await consul.keyValues.update("a", as: ValueCoder<Int>.number) { $0 = 2 }
                }
                #expect(error?.isRetryable == false)
            }
            #expect(server.requests.filter { $0.method == "PUT" }.count == 1)
        }
    }
}
