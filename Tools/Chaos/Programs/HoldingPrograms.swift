// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers
import TestSupport

/// A program that holds a lock now and then, and writes while it does.
struct LockingProgram: Sendable {
    let client: ChaosClient
    let ledger: NIOLockedValueBox<Ledger>

    static let key = "chaos/lock"
    private static let data = "chaos/data"

    func run() async throws {
        try await client.withConsul { consul in
            while true {
                do {
                    try await consul.withLock(Self.key, .chaotic) { lock in
                        let token = lock.fencingToken
                        ledger.withLockedValue { $0.holds(Self.key, token: token) }
                        defer { ledger.withLockedValue { $0.released(Self.key, token: token) } }
                        try await write(lock, consul.keyValues)
                        // In a storm, bodies outlast the lease of a session that is not renewed, and write after that.
                        if ledger.withLockedValue({ $0.calmSince == nil }) {
                            try await Task.sleep(for: .milliseconds(.random(in: 0...4000)))
                            try await write(lock, consul.keyValues)
                        }
                    }
                } catch {
                    try Task.checkCancellation()
                    ledger.withLockedValue { $0.count("locks that failed") }
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func write(_ lock: HeldLock, _ store: KeyValueStore) async throws {
        let last = try await store.entry(Self.data, consistency: .consistent).value
        try await lock.commit([
            .set(Self.data, Array("\(lock.fencingToken)".utf8), ifUnchangedSince: last?.modifyIndex ?? 0)
        ])
        let token = last?.text.flatMap { UInt64($0) }
        ledger.withLockedValue { $0.wrote(Self.key, token: lock.fencingToken, over: token) }
    }
}

/// A candidate that leads until its term ends.
struct LeadingProgram: Sendable {
    let client: ChaosClient
    let ledger: NIOLockedValueBox<Ledger>

    static let key = "chaos/leader"

    func run() async throws {
        try await client.withConsul { consul in
            while true {
                // A candidate that has never led takes a denial for an error of its program.
                do { try await election(consul).run() } catch let error as ConsulHTTPError where error.code == .denied {
                    ledger.withLockedValue { $0.count("elections that were denied") }
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
        }
    }

    private func election(_ consul: ConsulHTTPClient) throws -> LeaderElection {
        try LeaderElection(consul, key: Self.key, .chaotic) { term in
            ledger.withLockedValue { $0.holds(Self.key, token: term.number) }
            defer { ledger.withLockedValue { $0.released(Self.key, token: term.number) } }
            // A term ends by itself now and then, so that a run has many of them.
            try await Task.sleep(for: .seconds(1))
        }
    }
}

extension LockOptions {
    /// Locks whose sessions end one to two seconds after their last renewal.
    fileprivate static var chaotic: LockOptions {
        var session = SessionOptions.withoutHealthChecks(timeToLive: .seconds(1))
        session.minimumTimeToLive = .milliseconds(200)
        session.lockDelay = .zero
        session.name = Chaos.sessionName
        return LockOptions(session: session)
    }
}
