// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOConcurrencyHelpers

/// The path and version of the agent's program.
enum ConsulBinary {
    private static let versions = NIOLockedValueBox<[String: ConsulVersion]>([:])

    /// Returns the version of the program, which is queried once.
    static func version(of program: String) throws -> ConsulVersion {
        if let known = versions.withLockedValue({ $0[program] }) { return known }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["version"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.start()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        guard let version = ConsulVersion(String(decoding: printed, as: UTF8.self)) else {
            throw ConsulAgentError.versionUnknown(program: program)
        }
        versions.withLockedValue { $0[program] = version }
        return version
    }

    /// Returns `CONSUL_BIN` if set, else the first `consul` on `PATH`. A missing program is an error, never a reason to
    /// skip a test: a suite that silently tests nothing looks like one that passes.
    static func locate(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> String {
        if let chosen = environment["CONSUL_BIN"], !chosen.isEmpty {
            guard FileManager.default.isExecutableFile(atPath: chosen) else {
                throw ConsulAgentError.binaryNotFound("at CONSUL_BIN=\(chosen)")
            }
            return chosen
        }
        let candidates = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/consul" }
        guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw ConsulAgentError.binaryNotFound("on PATH")
        }
        return found
    }
}
