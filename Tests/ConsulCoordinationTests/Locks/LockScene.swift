// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// An agent that accepts short times to live, and the sessions and keys of one test.
struct LockScene: Sendable {
    /// The configuration of agents that end sessions quickly.
    static let configuration = #"{"session_ttl_min": "200ms"}"#

    let agent: ConsulAgent
    /// A text that no other test uses: the key, and the name of the sessions.
    let name: String

    init(dress: AgentDress = .plain) async throws {
        self.init(try await SharedConsulAgents.shared.agent(configuration: Self.configuration, dress: dress))
    }

    init(_ agent: ConsulAgent) {
        self.agent = agent
        name = "locks/\(UUID().uuidString)"
    }

    /// Options of a lock without health checks. The times are long enough for a busy machine unless given.
    func options(
        timeToLive: Duration = .seconds(20),
        lockDelay: Duration = .zero,
        wait: LockOptions.Wait = .forever
    ) -> LockOptions {
        var options = Self.options(named: name, timeToLive: timeToLive, lockDelay: lockDelay)
        options.wait = wait
        return options
    }

    /// Options of a lock without health checks, whose session has this name.
    static func options(named name: String, timeToLive: Duration, lockDelay: Duration) -> LockOptions {
        var session = SessionOptions.withoutHealthChecks(timeToLive: timeToLive)
        session.minimumTimeToLive = .milliseconds(200)
        session.lockDelay = lockDelay
        session.name = name
        return LockOptions(session: session)
    }

    /// The ids of the test's sessions.
    func sessions() async throws -> [String] {
        try await withConsul(agent) { consul in
            try await consul.sessions.sessions(consistency: .consistent).value.filter { $0.name == name }.map(\.id)
        }
    }

    /// The entry of the test's key.
    func entry(_ suffix: String = "") async throws -> KeyValueEntry? {
        try await withConsul(agent) { consul in
            try await consul.keyValues.entry(name + suffix, consistency: .consistent).value
        }
    }

    /// Destroys a session, as an operator would.
    func destroy(_ session: String) async throws {
        let reply = try await agent.put("/v1/session/destroy/\(session)")
        #expect(reply.isSuccess)
    }

    /// Creates a session and acquires the test's key with it, as other programs do, without our code.
    func holdAsStranger(lockDelay: String = "0s") async throws -> String {
        let body = #"{"TTL": "600s", "NodeChecks": [], "LockDelay": "\#(lockDelay)"}"#
        let reply = try await agent.put("/v1/session/create", json: body)
        let id = try #require(reply.body.split(separator: "\"").first { $0.count == 36 }.map(String.init))
        let acquired = try await agent.put("/v1/kv/\(name)?acquire=\(id)&flags=3304740253564472344", json: "stranger")
        #expect(acquired.body.hasPrefix("true"))
        return id
    }

    /// Waits until the session of a lock has been renewed, and a fenced write has been applied.
    ///
    /// - Parameter awaited: The renewal, in words.
    func waitForRenewal(_ awaited: String, of lock: HeldLock) async throws {
        // The remaining time grows only when a renewal succeeds.
        let last = WatchedValue(lock.remaining)
        try await eventually(awaited, within: .seconds(60)) {
            let remaining = lock.remaining
            return last.update { last in
                defer { last = remaining }
                return remaining > last
            }
        }
        try await eventually("a fenced write", within: .seconds(60)) {
            do { try await lock.commit([]) } catch is ConsulHTTPError { return false }
            return true
        }
    }

    /// Checks that neither a session nor a held key is left.
    func expectNothingHeld(_ location: SourceLocation = #_sourceLocation) async throws {
        let sessions = try await sessions()
        #expect(sessions.isEmpty, sourceLocation: location)
        let session = try await entry()?.session
        #expect(session == nil, sourceLocation: location)
    }
}

/// The number of bodies that run at once, and the number that have run.
struct Occupancy: Sendable, Hashable {
    private(set) var current = 0
    private(set) var most = 0
    private(set) var total = 0

    mutating func enter() {
        current += 1
        total += 1
        most = max(most, current)
    }

    mutating func leave() { current -= 1 }
}

/// Suspends until the task is canceled, as a body that cooperates.
func untilCanceled() async throws {
    try await Task.sleep(for: .seconds(600))
}

/// Calls the closure and returns the error of this module that it throws.
func coordinationError(
    _ location: SourceLocation = #_sourceLocation,
    isolation: isolated (any Actor)? = #isolation,
    from body: () async throws -> Void
) async throws -> CoordinationError {
    do { try await body() } catch let error as CoordinationError { return error }
    Issue.record("no error was thrown", sourceLocation: location)
    throw CancellationError()
}
