// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOConcurrencyHelpers

/// Where the agent's program is, and of which version.
enum ConsulBinary {
    private static let versions = NIOLockedValueBox<[String: ConsulVersion]>([:])

    /// The version of the program, which is asked once.
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

    /// `CONSUL_BIN` if set, else the first `consul` on `PATH`. Absence is an error, never a reason to skip a test: a
    /// suite that quietly tests nothing looks just like one that passes.
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
