// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import NIOConcurrencyHelpers
import TestSupport

/// Many short holds of one lock by tasks of two processes, whose networks fail all the time.
///
/// Each body writes a fenced value and records the time for which it ran. Bodies that overlap, fenced values that go back
/// and refused check-and-sets would each show two holders.
enum Cycles {
    static let childArgument = "cycle"
    private static let name = "cycles"
    private static let options = LockOptions.quick(timeToLive: .seconds(2), name: name)
    private static let tasks = 4
    private static let processes = 2

    /// The number of cycles: `CYCLES` or 10 000.
    private static var count: Int { ProcessInfo.processInfo.environment["CYCLES"].flatMap(Int.init) ?? 10_000 }
    /// The seed of the faults: `SEED` or 1.
    private static var seed: UInt64 { ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? 1 }

    // MARK: The measuring process

    @Sendable static func run() async throws -> [Figure] {
        try await withConsulAgent(configuration: quickSessions) { agent in
            let start = ContinuousClock.now
            let reports = try await withThrowingTaskGroup(of: Report.self) { group in
                for number in 0..<processes {
                    group.addTask {
                        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
                            let faults = Task { try await disturb(relay, seed: seed + UInt64(number)) }
                            defer { faults.cancel() }
                            // A pipe is too small for the times of all bodies.
                            let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
                            defer { try? FileManager.default.removeItem(at: file) }
                            let child = try Child(childArgument, "\(relay.port)", "\(count / processes)", file.path)
                            _ = try await child.line(0, within: .seconds(3000))
                            guard let report = Report(try String(contentsOf: file, encoding: .utf8)) else {
                                throw Failure("a child left no report")
                            }
                            return report
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let total = reports.reduce(into: Report()) { $0.add($1) }
            let time = start.duration(to: .now)
            // The sessions of releases that failed end by their time to live, of which Consul takes up to the double.
            try await Task.sleep(for: .seconds(10))
            let left = try await withConsul(port: agent.ports.http) { consul in
                try await consul.sessions.sessions(consistency: .consistent).value.filter { $0.name == name }.count
            }
            return [
                Figure(
                    subject: "\(total.cycles) cycles of \(processes * tasks) tasks in \(processes) processes, "
                        + "faults with the seed \(seed)",
                    value: "\(total.overlaps) times two holders, \(total.stale) stale writes, \(left) sessions left",
                    aim: "0, 0, 0"
                ),
                Figure(
                    subject: "in the same run",
                    value:
                        "\(total.lost) holders lost the lock, \(total.failed) requests of theirs failed, in \(time.seconds)"
                ),
            ]
        }
    }

    /// Disturbs a network until the task is canceled: it is silent, slow, loses replies and resets connections.
    private static func disturb(_ relay: ByteRelay, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        while true {
            try await relay.set(.open)
            try await Task.sleep(for: .milliseconds(Int.random(in: 200...1500, using: &random)))
            let mode: ByteRelay.Mode =
                switch Int.random(in: 0..<8, using: &random) {
                case 0...2: .slow(.milliseconds(Int.random(in: 1...200, using: &random)))
                case 3...4: .withoutReplies
                case 5: .refusing
                default: .silent
                }
            try await relay.set(mode)
            // Some faults last longer than the lease.
            let longest = random.happens(0.1) ? 4000 : 600
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...longest, using: &random)))
        }
    }

    // MARK: A child

    /// The counts of one process. Its times are of the clock that all processes share.
    private struct Report {
        var cycles = 0
        var lost = 0
        var failed = 0
        var stale = 0
        var overlaps = 0
        var intervals: [Range<UInt64>] = []

        init() {}

        init?(_ line: String) {
            let parts = line.split(separator: " ")
            let counts = parts.prefix(4).compactMap { Int($0) }
            guard counts.count == 4 else { return nil }
            (cycles, lost, failed, stale) = (counts[0], counts[1], counts[2], counts[3])
            let times = parts.dropFirst(4).compactMap { UInt64($0) }
            intervals = stride(from: 0, to: times.count - 1, by: 2).map { times[$0]..<times[$0 + 1] }
        }

        var line: String {
            let times = intervals.map { "\($0.lowerBound) \($0.upperBound)" }.joined(separator: " ")
            return "\(cycles) \(lost) \(failed) \(stale) \(times)"
        }

        /// Adds the counts of another process, and counts the bodies of all that overlap.
        mutating func add(_ other: Report) {
            cycles += other.cycles
            lost += other.lost
            failed += other.failed
            stale += other.stale
            intervals = (intervals + other.intervals).sorted { $0.lowerBound < $1.lowerBound }
            overlaps = zip(intervals, intervals.dropFirst()).count { $0.upperBound > $1.lowerBound }
        }
    }

    /// Acquires and releases the lock in several tasks, and reports the counts.
    static func runChild(_ arguments: [String]) async throws {
        guard arguments.count == 3, let port = Int(arguments[0]), let count = Int(arguments[1]) else {
            throw Failure("use: cycle PORT COUNT FILE")
        }
        let report = NIOLockedValueBox(Report())
        await withDiscardingTaskGroup { group in
            for _ in 0..<tasks {
                group.addTask {
                    // A client of its own: the tasks of one client would take turns without Consul.
                    try? await withConsul(port: port) { consul in
                        while report.withLockedValue({ $0.cycles < count }) { await cycle(consul, report) }
                    }
                }
            }
        }
        try Data(report.withLockedValue { $0.line }.utf8).write(to: URL(fileURLWithPath: arguments[2]))
        Child.report("done")
    }

    private static func cycle(_ consul: ConsulHTTPClient, _ report: NIOLockedValueBox<Report>) async {
        do {
            try await consul.withLock("cycles/lock", options) { lock in
                let begin = now
                let change = await write(lock, consul.keyValues)
                let end = now
                report.withLockedValue { report in
                    report.intervals.append(begin..<max(end, begin + 1))
                    change(&report)
                }
            }
            report.withLockedValue { $0.cycles += 1 }
        } catch let error as CoordinationError where error.code == .lost {
            report.withLockedValue { $0.lost += 1 }
        } catch {
            report.withLockedValue { $0.failed += 1 }
        }
    }

    /// Writes the fencing token. Between the read and the write, the holder alone may write.
    ///
    /// - Returns: The change of the counts.
    private static func write(_ lock: HeldLock, _ store: KeyValueStore) async -> @Sendable (inout Report) -> Void {
        do {
            let last = try await store.entry("cycles/data", consistency: .consistent).value
            if let token = last?.text.flatMap({ UInt64($0) }), token >= lock.fencingToken { return { $0.stale += 1 } }
            let value = Array(String(lock.fencingToken).utf8)
            try await lock.commit([.set("cycles/data", value, ifUnchangedSince: last?.modifyIndex ?? 0)])
            return { _ in }
        } catch is TransactionRefusal {
            return { $0.stale += 1 }
        } catch is ConsulHTTPError {
            return { $0.failed += 1 }
        } catch {
            return { _ in }
        }
    }

    /// The time since the machine started, in nanoseconds.
    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
