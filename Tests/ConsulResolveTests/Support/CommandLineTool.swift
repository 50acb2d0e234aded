// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The built program, run as users run it.
enum CommandLineTool {
    /// The result of one run.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String

        /// The lines of the output, with any line ending that a terminal uses.
        var lines: [String] { output.split(whereSeparator: \.isNewline).map(String.init) }

        /// The output as a JSON object on one line.
        func json() throws -> [String: Any] {
            #expect(output.hasSuffix("}\n") && lines.count == 1)
            return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
    }

    /// The program lies beside the test bundle, which is the program that runs now.
    static var path: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("consul-resolve").path
    }

    /// The environment of the program, independent of that of the tests, except for settings of sanitizers. Without an
    /// agent, the addresses refer to a port where nothing can listen: the default ports may belong to a real agent.
    static func environment(_ changes: [String: String] = [:]) -> [String: String] {
        ProcessInfo.processInfo.environment
            .filter { ["PATH", "ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key) }
            .merging(["CONSUL_DNS_ADDR": nowhere, "CONSUL_HTTP_ADDR": nowhere]) { $1 }
            .merging(changes) { $1 }
    }

    /// A reserved port (tcpmux), which only root can bind.
    static let nowhere = "127.0.0.1:1"

    /// Runs the program to its end, with its output in files.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        try await run(path, arguments, environment: environment)
    }

    /// Runs a line of shell in which `$TOOL` is the program.
    static func shell(_ line: String) async throws -> Outcome {
        try await run("/bin/bash", ["-c", line], environment: ["TOOL": path])
    }

    /// Runs the program with its output on a terminal, emulated by `script` of util-linux.
    static func runOnTerminal(_ arguments: [String], environment: [String: String]) async throws -> Outcome {
        let line = ([path] + arguments).joined(separator: " ")
        return try await run("/usr/bin/env", ["script", "-qec", line, "/dev/null"], environment: environment)
    }

    private static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String]
    ) async throws -> Outcome {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = ["output", "errors"].map(directory.appendingPathComponent)
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = self.environment(environment)
        process.standardInput = FileHandle.nullDevice
        let handles = try files.map { try FileHandle(forWritingTo: $0) }
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        let isOver = WatchedValue(false)
        process.terminationHandler = { _ in isOver.update { $0 = true } }
        try process.start()
        for handle in handles { try handle.close() }
        do {
            try await isOver.wait("\(arguments) to end", within: .seconds(60)) { $0 }
        } catch {
            process.terminate()
            throw error
        }
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
        )
    }
}
