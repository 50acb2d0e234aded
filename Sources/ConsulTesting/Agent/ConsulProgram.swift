// SPDX-License-Identifier: Apache-2.0

import Subprocess
import TestBasics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The `consul` program.
struct ConsulProgram: Sendable {
    let path: String
    let version: ConsulVersion

    /// Finds the program, and runs it once for its version.
    ///
    /// - Throws: ``DevelopmentAgentError`` if there is no such program.
    init() async throws {
        let path = try Self.locate { name in getenv(name).map { String(cString: $0) } }
        let printed = try await Subprocess.run(
            .name("sh"),
            arguments: ["-c", #"exec "$1" version"#, "sh", path],
            output: .string(limit: 64 << 10)
        )
        guard let version = ConsulVersion(printed.standardOutput) else {
            throw DevelopmentAgentError(
                .programNotFound,
                "'\(path) version' does not print a version of Consul; set CONSUL_BIN to the path of a consul program"
            )
        }
        (self.path, self.version) = (path, version)
    }

    /// Returns `CONSUL_BIN` if it is set, else the first `consul` in `PATH`. A missing program is an error, and no reason
    /// to skip a test: a suite without tests looks like one that passes.
    static func locate(variable: (String) -> String?) throws(DevelopmentAgentError) -> String {
        if let chosen = variable("CONSUL_BIN"), !chosen.isEmpty {
            guard access(chosen, X_OK) == 0 else {
                throw DevelopmentAgentError(
                    .programNotFound,
                    "CONSUL_BIN is \(chosen), which is not an executable file; correct or unset it"
                )
            }
            return chosen
        }
        for directory in (variable("PATH") ?? "").split(separator: ":") {
            let candidate = "\(directory)/consul"
            if access(candidate, X_OK) == 0 { return candidate }
        }
        throw DevelopmentAgentError(
            .programNotFound,
            "there is no consul program in PATH; install Consul, or set CONSUL_BIN to the path of the program"
        )
    }
}
