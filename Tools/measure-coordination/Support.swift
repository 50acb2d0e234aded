// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import NIOConcurrencyHelpers
import TestSupport

@_exported public import func ClientSupport.withConsul

extension LockOptions {
    /// The options of a lock without health checks. Times to live below Consul's least one need an agent that allows them.
    static func quick(timeToLive: Duration, lockDelay: Duration = .zero, name: String = "") -> LockOptions {
        var session = SessionOptions.withoutHealthChecks(timeToLive: timeToLive)
        session.minimumTimeToLive = .milliseconds(200)
        (session.lockDelay, session.name) = (lockDelay, name)
        return LockOptions(session: session)
    }
}

/// The configuration of agents that end sessions quickly.
let quickSessions = #"{"session_ttl_min": "200ms"}"#

/// A process of this program, with the lines that it writes on standard output.
final class Child: Sendable {
    private let process: Process
    private let reader: PipeReader
    private let lines = WatchedValue<[String]>([])

    init(_ arguments: String...) throws {
        process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = arguments
        process.standardOutput = output
        try process.start()
        let partial = NIOLockedValueBox("")
        reader = PipeReader(output) { [lines] data in
            let complete = partial.withLockedValue { text in
                let all = text + String(decoding: data, as: UTF8.self)
                var parts = all.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                text = parts.removeLast()
                return parts
            }
            lines.update { $0 += complete }
        }
    }

    /// Writes a line, in the child.
    static func report(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Waits for a line, counted from zero.
    func line(_ number: Int, within limit: Duration = .seconds(60)) async throws -> String {
        try await lines.wait("line \(number) of a child", within: limit) { $0.count > number }[number]
    }

    func stop() { kill(process.processIdentifier, SIGSTOP) }
    func resume() { kill(process.processIdentifier, SIGCONT) }
}

/// Times with their order statistics.
struct Times: Sendable {
    private let sorted: [Duration]

    init(_ times: some Sequence<Duration>) { sorted = times.sorted() }

    var count: Int { sorted.count }
    var least: Duration { sorted.first ?? .zero }
    var greatest: Duration { sorted.last ?? .zero }
    var median: Duration { percentile(0.5) }

    func percentile(_ fraction: Double) -> Duration {
        sorted.isEmpty ? .zero : sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
    }
}

extension Duration {
    /// The time in seconds, with two decimals.
    var seconds: String { String(format: "%.2f s", self / .seconds(1)) }
    /// The time in milliseconds, with one decimal.
    var milliseconds: String { String(format: "%.1f ms", self / .milliseconds(1)) }
}
