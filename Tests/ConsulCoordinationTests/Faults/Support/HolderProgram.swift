// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// A program in a process of its own that holds something, and what it does with it: the test bundle, started once more
/// with the program as its only test. It and the test find each other by keys of Consul.
///
/// Not an exit test: that blocks a thread of the cooperative pool until its process ends, and two of them block all
/// tests on a machine with two cores.
struct HolderProgram: Codable, Sendable {
    /// What the program does while it holds.
    enum Role: String, Codable, Sendable {
        /// Waits until it is ended.
        case wait
        /// Stops its own process between a check and a write.
        case stop
    }

    let port: Int
    let name: String
    let kind: Grip.Kind
    let role: Role

    init(_ scene: LockScene, _ kind: Grip.Kind, _ role: Role) {
        (port, name, self.kind, self.role) = (scene.agent.ports.http, scene.name, kind, role)
    }

    /// The key of a note that the program writes.
    func note(_ suffix: String) -> String { "notes/\(name)/\(suffix)" }

    /// The properties of the program's session. Consul ends it between three and six seconds after its last renewal.
    private var options: LockOptions {
        LockScene.options(named: name, timeToLive: .seconds(3), lockDelay: .seconds(3))
    }

    /// The variable of the environment that makes a process of the test bundle this program.
    private static let variable = "CONSUL_TESTS_HOLDER"

    /// The program that this process is; `nil` in the process of the tests.
    static let current: HolderProgram? = ProcessInfo.processInfo.environment[variable].flatMap {
        try? JSONDecoder().decode(HolderProgram.self, from: Data($0.utf8))
    }

    /// Holds while the body runs. Called in the program's process, which ends even if the test does not end it.
    func hold(_ body: @escaping @Sendable (Grip, ConsulHTTPClient) async throws -> Void) async throws {
        try await withDeadline(.seconds(120), "the end of a program that holds a \(kind)") { [self] in
            try await withConsul(port: port) { consul in
                try await Grip.hold(kind, name, options, consul) { grip in
                    try await consul.keyValues.set(note("holder"), "\(grip.session) \(grip.token)".utf8)
                    try await body(grip, consul)
                }
            }
        }
    }
}

/// The process of a ``HolderProgram``, as the test sees it.
struct HolderProcess: Sendable {
    private let process: Process
    private let status: WatchedValue<(reason: Process.TerminationReason, code: Int32)?>
    /// The session with which the program holds.
    let session: String
    /// The fencing token that the program has.
    let token: UInt64

    /// Starts the program, calls the body once it holds, and ends its process in any case.
    static func with(
        _ program: HolderProgram,
        _ body: (HolderProcess, ConsulHTTPClient) async throws -> Void
    ) async throws {
        let process = Process()
        // The test bundle is the program that runs now.
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["--testing-library", "swift-testing", "--filter", "HolderProgramTests"]
        process.environment = ProcessInfo.processInfo.environment.merging(try program.environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let status = WatchedValue<(reason: Process.TerminationReason, code: Int32)?>(nil)
        process.terminationHandler = { process in
            status.update { $0 = (process.terminationReason, process.terminationStatus) }
        }
        try process.start()
        defer { if status.current == nil { kill(process.processIdentifier, SIGKILL) } }
        try await withConsul(port: program.port) { consul in
            let words = try await asking("a program to hold a \(program.kind)", within: .seconds(60)) {
                let text = try await consul.keyValues.entry(program.note("holder")).value?.text
                return text?.split(separator: " ").map(String.init)
            }
            try #require(words.count == 2)
            let token = try #require(UInt64(words[1]))
            try await body(HolderProcess(process, status, session: words[0], token: token), consul)
        }
    }

    private init(
        _ process: Process,
        _ status: WatchedValue<(reason: Process.TerminationReason, code: Int32)?>,
        session: String,
        token: UInt64
    ) {
        (self.process, self.session, self.token) = (process, session, token)
        self.status = status
    }

    /// Sends a signal, unless the process has ended.
    func signal(_ number: Int32) {
        if status.current == nil { kill(process.processIdentifier, number) }
    }

    /// Waits for the end of the process.
    ///
    /// - Returns: The number of the signal that ended it, or `nil` and its exit status, which is 0 if no expectation of
    ///   the program has failed.
    func end() async throws -> (signal: Int32?, status: Int32?) {
        let end = try #require(
            try await status.wait("the program to end", within: .seconds(60)) { $0 != nil }
        )
        return end.reason == .uncaughtSignal ? (end.code, nil) : (nil, end.code)
    }
}

extension HolderProgram {
    fileprivate var environment: [String: String] {
        get throws { [Self.variable: String(decoding: try JSONEncoder().encode(self), as: UTF8.self)] }
    }
}
