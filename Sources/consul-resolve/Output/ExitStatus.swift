// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The exit statuses, on which scripts rely.
enum ExitStatus {
    /// Endpoints were found, or the command does not look for any.
    static let success = ExitCode.success
    /// The result could not be written.
    static let outputFailed = ExitCode(1)
    /// Consul says that there is no healthy instance.
    static let empty = ExitCode(2)
    /// Consul did not answer, or denied access.
    static let unknown = ExitCode(3)
    /// The lock was lost while the command of `lock` ran. The number is `EX_TEMPFAIL` of sysexits.h.
    static let lockLost = ExitCode(75)
    /// The command of `exec` cannot be run. The number is that of `env` and the shell (POSIX).
    static let commandFailed = ExitCode(126)
    /// The command of `exec` does not exist.
    static let commandNotFound = ExitCode(127)

    /// Ends the process. The argument parser's `exit(withError:)` also works out a message, by reflection on all options.
    static func end(_ status: ExitCode) -> Never { exit(status.rawValue) }

    /// Returns the status for an outcome.
    static func of(_ resolution: Resolution) -> ExitCode {
        switch resolution.outcome {
        case .endpoints: .success
        case .empty: empty
        case .unknown: unknown
        }
    }

    /// Returns the status for a failed pick.
    static func of(_ error: PickError) -> ExitCode { error.code == .empty ? empty : unknown }
}
