// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Locks of a scripted Consul, for answers that a real one gives only in a moment that a test cannot choose.
struct LockFaultTests {
    /// A Consul with one session and one key.
    private struct FakeConsul: Sendable {
        /// The id of the session.
        static let session = "11111111-2222-3333-4444-555555555555"

        var isHeld = false
        var acquisitions = 0
        var creations = 0

        static func entry(session: String?, index: UInt64 = 9) -> ConsulReply {
            let session = session.map { #", "Session": "\#($0)""# } ?? ""
            return .json(
                #"[{"Key": "k", "Value": null, "Flags": 3304740253564472344, "ModifyIndex": \#(index)\#(session)}]"#,
                index: index
            )
        }

        static let results = ConsulReply.json(
            #"{"Results": [{"KV": {"Key": "k", "Value": null, "ModifyIndex": 9}}], "Errors": null}"#
        )
        static let created = ConsulReply.json(#"{"ID": "\#(session)"}"#)
        static let renewed = ConsulReply.json(#"[{"ID": "\#(session)", "TTL": "10s"}]"#)
        static let absent = ConsulReply(404, headers: [HeaderField("X-Consul-Index", "5")], body: [])

        static func refusal(_ words: String) -> ConsulReply {
            var reply = ConsulReply.json(#"{"Results": null, "Errors": [{"OpIndex": 1, "What": "\#(words)"}]}"#)
            reply.status = 409
            return reply
        }
    }

    /// Returns a script that answers as Consul does, apart from the closure's steps.
    private func script(
        _ state: WatchedValue<FakeConsul>,
        _ special: @escaping @Sendable (ScriptedHTTPRequest, inout FakeConsul) -> [ScriptedHTTPStep]?
    ) -> ScriptedHTTPServer.Script {
        { request in
            state.update { state in
                if let steps = special(request, &state) { return steps }
                let isWaiting = request.query.contains { $0.name == "index" }
                switch request.path {
                case "/v1/session/create":
                    state.creations += 1
                    return [.reply(FakeConsul.created)]
                case "/v1/txn":
                    let isLock = String(decoding: request.body, as: UTF8.self).contains(#""lock""#)
                    if isLock { state.acquisitions += 1 }
                    state.isHeld = isLock
                    return [.reply(FakeConsul.results)]
                case _ where request.path.hasPrefix("/v1/session/renew"): return [.reply(FakeConsul.renewed)]
                case _ where request.path.hasPrefix("/v1/session/destroy"): return [.reply(.json("true"))]
                case _ where isWaiting: return .silence
                default:
                    return [.reply(state.isHeld ? FakeConsul.entry(session: FakeConsul.session) : FakeConsul.absent)]
                }
            }
        }
    }

    private let options = LockOptions(session: .withoutHealthChecks(timeToLive: .seconds(10)))

    // L26
    @Test func `An acquisition whose answer is lost is found to be held, with the same session (L26)`() async throws {
        let state = WatchedValue(FakeConsul())
        let script = script(state) { request, state in
            guard request.path == "/v1/txn", !state.isHeld else { return nil }
            state.isHeld = true
            state.acquisitions += 1
            return [.resetConnection]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let token = try await consul.withLock("k", options) { $0.fencingToken }
                #expect(token == 9)
            }
        }
        #expect(state.current.acquisitions == 1)
        #expect(state.current.creations == 1)
        #expect(!state.current.isHeld)
    }

    // L18
    @Test func `Ten failures of the monitor lose no lock while renewals succeed (L18)`() async throws {
        let state = WatchedValue(FakeConsul())
        let failures = WatchedValue(0)
        let script = script(state) { request, state in
            guard state.isHeld, request.path == "/v1/kv/k" else { return nil }
            failures.update { $0 += 1 }
            return [.reply(.failure(500, "rpc error making call: EOF"))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                try await consul.withLock("k", options) { lock in
                    try await failures.wait("ten failures", within: .seconds(100)) { $0 >= 10 }
                    try lock.checkHeld()
                }
            }
        }
    }

    @Test func `A session that died while its task waited is replaced`() async throws {
        let state = WatchedValue(FakeConsul())
        let script = script(state) { request, state in
            guard request.path == "/v1/txn", state.creations == 1 else { return nil }
            return [.reply(FakeConsul.refusal("invalid session"))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                try await consul.withLock("k", options) { _ in }
            }
            // The session that is gone is not destroyed; the other one is.
            let destroyed = server.requests.filter { $0.path.hasPrefix("/v1/session/destroy") }
            #expect(destroyed.count == 1)
        }
        #expect(state.current.creations == 2)
    }

    @Test func `A Consul that knows no session it creates ends the wait`() async throws {
        let state = WatchedValue(FakeConsul())
        let script = script(state) { request, _ in
            request.path == "/v1/txn" ? [.reply(FakeConsul.refusal("invalid session"))] : nil
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let error = try await coordinationError {
                    try await withDeadline(.seconds(60)) { try await consul.withLock("k", options) { _ in } }
                }
                #expect(error.code == .notAcquired)
                #expect(error.reason == .sessionGone)
            }
        }
        #expect(state.current.creations == 6)
    }

    @Test func `A key that the token may not write ends the wait with the denial`() async throws {
        for reply in [FakeConsul.refusal("Permission denied"), .denied] {
            let state = WatchedValue(FakeConsul())
            let script = script(state) { request, _ in request.path == "/v1/txn" ? [.reply(reply)] : nil }
            try await withScriptedHTTPServer(script: script) { server in
                try await withConsul(port: server.port) { consul in
                    let error = await #expect(throws: ConsulHTTPError.self) {
                        try await consul.withLock("k", options) { _ in }
                    }
                    #expect(error?.code == .denied)
                }
                let destroyed = server.requests.filter { $0.path.hasPrefix("/v1/session/destroy") }
                #expect(destroyed.count == 1)
            }
        }
    }

    @Test func `A wait goes on while Consul has no leader, and a wait with a limit ends`() async throws {
        let state = WatchedValue(FakeConsul())
        let isElected = WatchedValue(false)
        let script = script(state) { _, _ in isElected.current ? nil : [.reply(.noLeader)] }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                var limited = options
                limited.wait = .atMost(.seconds(5))
                let error = try await coordinationError { try await consul.withLock("k", limited) { _ in } }
                #expect(error.code == .notAcquired)
                #expect(error.reason == .unavailable)
                #expect(error.underlying is ConsulHTTPError)
                var waiting = options
                let isWaiting = Signal<CoordinationError.Reason>()
                waiting.onWait = { isWaiting.send($0) }
                async let token = consul.withLock("k", waiting) { $0.fencingToken }
                #expect(await isWaiting.wait() == .unavailable)
                isElected.update { $0 = true }
                #expect(try await token == 9)
            }
        }
    }

    @Test func `A wait that ends before the answer to an acquisition releases what it may have acquired`() async throws
    {
        let state = WatchedValue(FakeConsul())
        let script = script(state) { request, _ in
            let isLock = String(decoding: request.body, as: UTF8.self).contains(#""lock""#)
            return isLock ? .silence : nil
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                var limited = options
                limited.wait = .atMost(.seconds(2))
                let error = try await coordinationError { try await consul.withLock("k", limited) { _ in } }
                #expect(error.code == .notAcquired)
                let writes = server.requests.filter { $0.method == "PUT" }
                try #require(writes.count == 4)
                #expect(writes.map(\.path)[1...2] == ["/v1/txn", "/v1/txn"])
                #expect(String(decoding: writes[2].body, as: UTF8.self).contains(#""unlock""#))
                #expect(writes.last?.path.hasPrefix("/v1/session/destroy") == true)
            }
        }
    }

    @Test func `A silent Consul does not prolong a wait with a limit`() async throws {
        try await withScriptedHTTPServer(script: { _ in .silence }) { server in
            try await withConsul(port: server.port, configure: { $0.requestTimeout = .seconds(600) }) { consul in
                var limited = options
                limited.wait = .atMost(.milliseconds(200))
                let error = try await coordinationError {
                    try await withDeadline(.seconds(60)) { [limited] in
                        try await consul.withLock("k", limited) { _ in }
                    }
                }
                #expect(error.code == .notAcquired)
                #expect(error.reason == .unavailable)
            }
        }
    }

    // E11
    @Test func `All requests of a lock have a length (E11)`() async throws {
        let state = WatchedValue(FakeConsul())
        try await withScriptedHTTPServer(script: script(state) { _, _ in nil }) { server in
            try await withConsul(port: server.port) { consul in
                try await consul.withLock("k", options) { lock in
                    _ = try await lock.commit([.set("x", [1])])
                }
            }
            let writes = server.requests.filter { $0.method != "GET" }
            #expect(writes.count >= 5)
            for write in writes {
                #expect(write.headers.contains { $0.name.lowercased() == "content-length" })
                #expect(!write.headers.contains { $0.name.lowercased() == "transfer-encoding" })
            }
        }
    }
}
