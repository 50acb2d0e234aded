// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport

/// Holders that are stopped (SIGSTOP) until a rival holds the lock, and then continue.
enum Stopped {
    static let childArgument = "hold"

    /// The ways in which a holder learns of the loss.
    private enum Outcome: String, CaseIterable, Sendable {
        case refused, canceled, discarded, kept
    }

    @Sendable static func run() async throws -> [Figure] {
        try await withConsulAgent(configuration: quickSessions) { agent in
            var outcomes: [String: Int] = [:]
            var overwritten = 0
            for round in 0..<5 {
                let results = try await withThrowingTaskGroup(of: (outcome: String, isOverwritten: Bool).self) {
                    group in
                    for number in 0..<8 {
                        let kind = number % 2 == 0 ? "writer" : "thinker"
                        group.addTask { try await stopOne("stopped/\(round)/\(number)", kind, agent) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                for result in results {
                    outcomes[result.outcome, default: 0] += 1
                    overwritten += result.isOverwritten ? 1 : 0
                }
            }
            let total = outcomes.values.reduce(0, +)
            let counts = Outcome.allCases.map { "\(outcomes[$0.rawValue] ?? 0) \($0.rawValue)" }
            return [
                Figure(
                    subject: "a holder stopped beyond its lease, then continued: its write or its result",
                    value: "\(counts.joined(separator: ", ")) (\(total) holders)",
                    aim: "0 kept"
                ),
                Figure(subject: "writes over the rival's by `commit`", value: "\(overwritten) of \(total)", aim: "0"),
            ]
        }
    }

    private static func stopOne(
        _ key: String,
        _ kind: String,
        _ agent: ConsulAgent
    ) async throws -> (outcome: String, isOverwritten: Bool) {
        let child = try Child(childArgument, "\(agent.ports.http)", key, kind)
        guard try await child.line(0) == "holds" else { throw Failure("a holder did not acquire \(key)") }
        try await Task.sleep(for: .milliseconds(200))
        child.stop()
        return try await withConsul(port: agent.ports.http) { consul in
            try await consul.withLock(key, .quick(timeToLive: .seconds(20))) { lock in
                try await lock.commit([.set("\(key)/data", Array("rival".utf8))])
                child.resume()
                let outcome = try await child.line(1)
                let value = try await consul.keyValues.entry("\(key)/data", consistency: .consistent).value?.text
                return (outcome, value != "rival")
            }
        }
    }

    /// Holds a lock in a process of its own, and prints the way in which it learned of the loss.
    static func runChild(_ arguments: [String]) async throws {
        guard arguments.count == 3, let port = Int(arguments[0]) else { throw Failure("use: hold PORT KEY KIND") }
        let (key, kind) = (arguments[1], arguments[2])
        try await withConsul(port: port) { consul in
            let outcome = WatchedValue(Outcome.discarded)
            do {
                try await consul.withLock(key, .quick(timeToLive: .seconds(2))) { lock in
                    Child.report("holds")
                    guard kind == "writer" else { return await think() }
                    let end = await write(lock, "\(key)/data")
                    outcome.update { $0 = end }
                }
                Child.report(Outcome.kept.rawValue)
            } catch let error as CoordinationError where error.code == .lost {
                Child.report(outcome.current.rawValue)
            }
        }
    }

    /// Writes until a write is refused or the body is canceled.
    ///
    /// - Returns: The outcome; the caller of the lock throws `lost` in any case.
    private static func write(_ lock: HeldLock, _ key: String) async -> Outcome {
        while true {
            do {
                try await lock.commit([.set(key, Array("holder".utf8))])
                try await Task.sleep(for: .milliseconds(1))
            } catch let error as CoordinationError {
                return error.underlying == nil ? .canceled : .refused
            } catch {
                return .canceled
            }
        }
    }

    /// Ignores cancellation, and returns after the clock has jumped, as a computation that a stopped machine interrupted.
    private static func think() async {
        var last = ContinuousClock.now
        while last.duration(to: .now) < .seconds(1) {
            last = .now
            await Task { try? await Task.sleep(for: .milliseconds(5)) }.value
        }
    }
}
