// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the agent's program is.
enum ConsulBinary {
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
