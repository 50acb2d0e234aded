// SPDX-License-Identifier: Apache-2.0

import ClientSupport
import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers
import TestSupport

/// One schedule on a real agent: programs with the whole library, each behind a relay that fails, and sessions of a second.
package struct AgentSchedule: Sendable {
    private static let programs = 3
    /// Consul ends such a session one to two seconds after its last renewal.
    private static let timeToLive = Duration.seconds(1)

    private let agent: ConsulAgent
    private let seed: UInt64
    private let flaw: Flaw?
    private let length: Duration
    private let key: String
    private let isOperated: Bool
    private let lockDelay: Duration
    private let record = NIOLockedValueBox(ScheduleRecord())
    private let store = NIOLockedValueBox(FencedStore())

    private init(_ agent: ConsulAgent, seed: UInt64, _ flaw: Flaw?, _ length: Duration) {
        (self.agent, self.seed, self.flaw, self.length) = (agent, seed, flaw, length)
        key = "histories/\(seed)/lock"
        var random = SplitMix(seed: seed)
        isOperated = random.happens(0.2)
        lockDelay = random.happens(0.5) ? .zero : random.duration(in: 0...1)
    }

    private var data: String { "histories/\(seed)/data" }

    /// Runs the schedules of several seeds at one agent.
    ///
    /// - Parameters:
    ///   - parallel: The number of schedules at a time.
    ///   - length: The time of each schedule.
    ///   - report: Called with the results so far after each schedule.
    package static func run(
        seeds: Range<UInt64>,
        flaw: Flaw? = nil,
        parallel: Int = 24,
        length: Duration = .seconds(12),
        report: (ScheduleSummary) -> Void = { _ in }
    ) async throws -> ScheduleSummary {
        let configuration = #"{"session_ttl_min": "200ms", "limits": {"http_max_conns_per_client": 4000}}"#
        return try await withConsulAgent(configuration: configuration) { agent in
            try await withThrowingTaskGroup(of: (UInt64, ScheduleRecord).self) { group in
                var summary = ScheduleSummary()
                var left = seeds.makeIterator()
                func start() {
                    guard let seed = left.next() else { return }
                    group.addTask {
                        (seed, try await AgentSchedule(agent, seed: seed, flaw, length).run())
                    }
                }
                for _ in 0..<parallel { start() }
                while let (seed, record) = try await group.next() {
                    summary.add(record, seed: seed)
                    report(summary)
                    start()
                }
                return summary
            }
        }
    }

    private func run() async throws -> ScheduleRecord {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<Self.programs { group.addTask { try await program(UInt64(number)) } }
            group.addTask { try await read() }
            if isOperated { group.addTask { try await operate() } }
            group.addTask { try await Task.sleep(for: length) }
            // The first task that ends is the sleep, unless one fails.
            defer { group.cancelAll() }
            try await group.next()
            group.cancelAll()
            while let end = await group.nextResult() {
                guard case .failure(let error) = end, !(error is CancellationError) else { continue }
                record.withLockedValue { $0.failures.append("a program failed: \(error)") }
            }
        }
        return record.withLockedValue { record in
            record.count("schedules")
            if isOperated { record.histories[.steps] = nil }
            return record
        }
    }
}

// MARK: - The programs

extension AgentSchedule {
    private func program(_ number: UInt64) async throws {
        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await disturb(relay, number) }
                group.addTask { try await hold(relay, number) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    /// Makes the network silent, slow, closed or one-sided, again and again.
    private func disturb(_ relay: ByteRelay, _ number: UInt64) async throws {
        var random = SplitMix(seed: seed << 8 | number)
        while true {
            try await Task.sleep(for: random.duration(in: 0.2...3))
            let mode: ByteRelay.Mode =
                switch random.number(in: 0...7) {
                case 0...1: .slow(random.duration(in: 0.001...0.2))
                case 2...3: .withoutReplies
                case 4: .refusing
                default: .silent
                }
            record.withLockedValue { $0.count("faults") }
            try await relay.set(mode)
            // Some faults last longer than a lease.
            try await Task.sleep(for: random.duration(in: 0.02...(random.happens(0.2) ? 3 : 0.4)))
            try await relay.set(.open)
        }
    }

    private func hold(_ relay: ByteRelay, _ number: UInt64) async throws {
        try await withClient(port: relay.port) { consul in
            var attempt: UInt64 = 0
            while true {
                attempt += 1
                let chances = SplitMix(seed: seed << 16 | number << 12 | attempt)
                let start = record.withLockedValue { $0.beginsAcquiring() }
                do {
                    try await consul.withLock(key, options) { lock in
                        record.withLockedValue { $0.acquired(lock.fencingToken, since: start) }
                        guard flaw == .ignoresLoss else { return try await work(lock, consul, chances) }
                        // In a task of its own, a body does not see its cancellation.
                        try await Task { try await work(lock, consul, chances) }.value
                    }
                } catch let error as CoordinationError where error.code == .lost {
                    record.withLockedValue { $0.count("holders that lost the lock") }
                } catch {
                    try Task.checkCancellation()
                    record.withLockedValue { $0.count("acquisitions that failed") }
                }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    private var options: LockOptions {
        var session = SessionOptions.withoutHealthChecks(timeToLive: Self.timeToLive)
        session.minimumTimeToLive = .milliseconds(200)
        session.lockDelay = lockDelay
        return LockOptions(session: session)
    }

    /// The body of a lock: a few steps, writes and reads.
    private func work(_ lock: HeldLock, _ consul: ConsulHTTPClient, _ chances: SplitMix) async throws {
        var random = chances
        for _ in 0..<random.number(in: 1...6) {
            try await Task.sleep(for: random.duration(in: 0...0.15))
            // A program that is suspended does not see its cancellation.
            let pause = random.duration(in: 0...(random.happens(0.2) ? 4 : 0.02))
            switch random.number(in: 0...5) {
            case 0...1:
                await Task { try? await Task.sleep(for: pause) }.value
                try record.withLockedValue { record in
                    if flaw != .ignoresLoss { try lock.checkHeld() }
                    record.stepped(lock.fencingToken)
                }
            case 2...3: try await write(lock, consul, after: pause)
            case 4: try await writeToStore(lock, after: pause)
            default: await readConsul(consul.keyValues)
            }
        }
    }

    private func write(_ lock: HeldLock, _ consul: ConsulHTTPClient, after pause: Duration) async throws {
        await Task { try? await Task.sleep(for: pause) }.value
        let token = lock.fencingToken
        let (value, operation) = record.withLockedValue { record in
            let value = record.nextValue()
            return (value, record.invoke(.write(token, value: value), .consul))
        }
        do {
            if flaw == .withoutFencing {
                try await consul.keyValues.set(data, "\(value)".utf8)
            } else {
                try await lock.commit([.set(data, Array("\(value)".utf8))])
            }
            record.withLockedValue { $0.respond(operation, .done, .consul) }
        } catch let error as CoordinationError where error.code == .lost {
            record.withLockedValue { $0.respond(operation, .lost, .consul) }
            if flaw != .ignoresLoss { throw error }
        } catch {
            // The transaction may or may not have been applied, or will be.
            record.withLockedValue { $0.count("writes without an answer") }
            try Task.checkCancellation()
        }
    }

    /// Writes to the other store. The program is suspended between its check and the write.
    private func writeToStore(_ lock: HeldLock, after pause: Duration) async throws {
        if flaw != .ignoresLoss { try lock.checkHeld() }
        let token = lock.fencingToken
        let (value, operation) = record.withLockedValue { record in
            let value = record.nextValue()
            return (value, record.invoke(.write(token, value: value), .store))
        }
        await Task { try? await Task.sleep(for: pause) }.value
        let isAccepted = store.withLockedValue { $0.write(value, token: token, isFenced: flaw != .withoutFencing) }
        record.withLockedValue { $0.respond(operation, isAccepted ? .done : .refused, .store) }
    }
}

// MARK: - Others

extension AgentSchedule {
    /// Reads both registers without the lock.
    private func read() async throws {
        try await withClient(port: agent.ports.http) { consul in
            while true {
                try await Task.sleep(for: .milliseconds(70))
                await readConsul(consul.keyValues)
                let operation = record.withLockedValue { $0.invoke(.read, .store) }
                let value = store.withLockedValue { $0.value }
                record.withLockedValue { $0.respond(operation, .value(value), .store) }
            }
        }
    }

    private func readConsul(_ keyValues: KeyValueStore) async {
        let operation = record.withLockedValue { $0.invoke(.read, .consul) }
        guard let entry = try? await keyValues.entry(data, consistency: .consistent) else { return }
        record.withLockedValue { $0.respond(operation, .value(entry.value?.text.flatMap { Int($0) } ?? 0), .consul) }
    }

    /// Deletes the key of the lock, and ends the session that holds it, as an operator does.
    private func operate() async throws {
        try await withClient(port: agent.ports.http) { consul in
            var random = SplitMix(seed: ~seed)
            while true {
                try await Task.sleep(for: random.duration(in: 0.3...2))
                record.withLockedValue { $0.count("faults") }
                do {
                    if random.happens(0.5) {
                        try await consul.keyValues.delete(key)
                    } else if let session = try await consul.keyValues.entry(key).value?.session {
                        try await consul.sessions.destroy(session)
                    }
                } catch {
                    // A busy machine may need longer than the time limit.
                    try Task.checkCancellation()
                }
            }
        }
    }

    private func withClient(port: Int, _ body: (ConsulHTTPClient) async throws -> Void) async throws {
        // A silent network costs a second, and not most of the schedule.
        try await withConsul(port: port, configure: { $0.requestTimeout = .seconds(1) }, body)
    }
}
