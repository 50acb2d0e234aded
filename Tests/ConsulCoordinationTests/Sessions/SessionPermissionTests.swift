// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Sessions and locks with tokens that may do a part of what a lock needs.
struct SessionPermissionTests {
    /// Calls the body with a client that has this token.
    private func withToken(
        _ token: String,
        _ agent: ConsulAgent,
        _ body: (ConsulHTTPClient) async throws -> Void
    ) async throws {
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token) }, body)
    }

    private func expectDenial(
        _ location: SourceLocation = #_sourceLocation,
        _ request: () async throws -> Void
    ) async {
        let error = await #expect(throws: ConsulHTTPError.self, sourceLocation: location) { try await request() }
        #expect(error?.code == .denied, sourceLocation: location)
    }

    // Q4
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock needs the permissions for sessions and for its key, and its parts need one each (Q4)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let key = "locks/\(UUID().uuidString)"
        let options = LockScene.options(named: key, timeToLive: .seconds(10), lockDelay: .zero)
        let keyRule = #"key_prefix "locks/" { policy = "write" }"#
        let sessionRule = #"session_prefix "" { policy = "write" }"#
        let keyToken = try await agent.createToken(rules: keyRule).secret
        let sessionToken = try await agent.createToken(rules: sessionRule).secret
        let bothTokens = try await agent.createToken(rules: keyRule + "\n" + sessionRule).secret
        let flags: UInt64 = 3_304_740_253_564_472_344
        try await withToken(sessionToken, agent) { owner in
            let session = try await owner.sessions.create(options.session)
            #expect(try await owner.sessions.renew(session) != nil)
            let acquisition = KeyValueTransaction([.lock(key, [], flags: flags, session: session)])
            // The permission for sessions alone acquires no key.
            let refusal = await #expect(throws: (any Error).self) { try await owner.keyValues.commit(acquisition) }
            let isDenied = (refusal as? ConsulHTTPError)?.code == .denied
            #expect(isDenied || (refusal as? TransactionRefusal)?.failures.isEmpty == false)
            await expectDenial { try await owner.withLock(key, options) { _ in } }
            try await withToken(keyToken, agent) { other in
                await expectDenial { _ = try await other.sessions.create(options.session) }
                await expectDenial { _ = try await other.sessions.renew(session) }
                await expectDenial { try await other.sessions.destroy(session) }
                await expectDenial { try await other.withLock(key, options) { _ in } }
                #expect(try await owner.sessions.session(session).value?.id == session)
                // The permission for a key is enough to acquire it with the session of another program.
                try await other.keyValues.commit(acquisition)
                #expect(try await other.keyValues.entry(key).value?.session == session)
                let release = KeyValueTransaction([.unlock(key, [], flags: flags, session: session)])
                try await other.keyValues.commit(release)
            }
            try await owner.sessions.destroy(session)
            // Locks that were denied have left no session behind.
            let sessions = try await owner.sessions.sessions(consistency: .consistent).value
            #expect(!sessions.contains { $0.name == key })
        }
        try await withToken(bothTokens, agent) { consul in
            let token = try await consul.withLock(key, options) { $0.fencingToken }
            #expect(token > 0)
        }
    }
}
