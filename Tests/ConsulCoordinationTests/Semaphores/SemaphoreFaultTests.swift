// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Slots of a scripted Consul, which fails when the test says so.
struct SemaphoreFaultTests {
    /// The failures of a scripted Consul.
    private struct Faults: Sendable {
        /// The number of reads of the semaphore's keys that have failed.
        var failedReads = 0
        /// True if renewals fail, too.
        var renewalsFail = false
        var isHeld = false
    }

    private static let session = "11111111-2222-3333-4444-555555555555"

    /// Returns a script that grants a slot, and fails all reads of its keys from then on.
    private func script(_ faults: WatchedValue<Faults>) -> ScriptedHTTPServer.Script {
        let results = ConsulReply.json(
            """
            {"Results": [{"KV": {"Key": "s/\(Self.session)", "ModifyIndex": 9}},
            {"KV": {"Key": "s/.lock", "ModifyIndex": 9}}], "Errors": null}
            """
        )
        return { request in
            faults.update { faults in
                switch request.path {
                case "/v1/session/create": return [.reply(.json(#"{"ID": "\#(Self.session)"}"#))]
                case "/v1/txn":
                    faults.isHeld = true
                    return [.reply(results)]
                case _ where request.path.hasPrefix("/v1/session/renew"):
                    guard !faults.renewalsFail else { return [.reply(.noLeader)] }
                    return [.reply(.json(#"[{"ID": "\#(Self.session)", "TTL": "10s"}]"#))]
                case _ where request.path.hasPrefix("/v1/session/destroy"): return [.reply(.json("true"))]
                case _ where faults.isHeld:
                    faults.failedReads += 1
                    return [.reply(.failure(500, "rpc error making call: EOF"))]
                default: return [.reply(ConsulReply(404, headers: [HeaderField("X-Consul-Index", "5")], body: []))]
                }
            }
        }
    }

    // S12
    @Test func `Ten failures of the monitors lose no slot, and failed renewals lose it when the lease ends (S12)`()
        async throws
    {
        let faults = WatchedValue(Faults())
        try await withScriptedHTTPServer(script: script(faults)) { server in
            try await withConsul(port: server.port) { consul in
                let options = SemaphoreOptions(timeToLive: .seconds(10))
                let error = try await coordinationError {
                    try await withDeadline(.seconds(200), "the loss of a slot") {
                        try await consul.withSemaphore("s", limit: 2, options) { slot in
                            try await faults.wait("ten failures", within: .seconds(100)) { $0.failedReads >= 10 }
                            try slot.checkHeld()
                            faults.update { $0.renewalsFail = true }
                            try await untilCanceled()
                        }
                    }
                }
                #expect(error.code == .lost)
                #expect(error.reason == .leaseExpired)
            }
        }
    }

    // S8
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `The record of a free semaphore can be deleted, and a check-and-set deletes none with a holder (S8)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let key = "\(scene.name)/.lock"
        let options = SemaphoreOptions(session: scene.options().session)
        try await withConsul(scene.agent) { consul in
            let store = consul.keyValues
            try await consul.withSemaphore(scene.name, limit: 2, options) { _ in }
            let free = try #require(try await scene.entry("/.lock"))
            try await consul.withSemaphore(scene.name, limit: 2, options) { slot in
                #expect(try await !store.delete(key, ifUnchangedSince: free.modifyIndex))
                try await slot.commit([])
            }
            let last = try #require(try await scene.entry("/.lock"))
            for _ in 0..<2 { #expect(try await store.delete(key, ifUnchangedSince: last.modifyIndex)) }
            // Only a new record can have another limit.
            let token = try await consul.withSemaphore(scene.name, limit: 3, options) { $0.fencingToken }
            #expect(token > last.modifyIndex)
        }
    }
}
