// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// How a command ends; scripts rely on these numbers.
enum ExitStatus {
    /// There is something, or nothing was asked for that there could be none of.
    static let success = ExitCode.success
    /// The result could not be written.
    static let outputFailed = ExitCode(1)
    /// Consul says that there is nothing healthy.
    static let empty = ExitCode(2)
    /// Consul could not be asked, or denied the answer.
    static let unknown = ExitCode(3)
    /// The command to be run cannot be run, as `env` and the shell have it (POSIX).
    static let commandFailed = ExitCode(126)
    /// There is no such command.
    static let commandNotFound = ExitCode(127)

    /// The status for an outcome.
    static func of(_ resolution: Resolution) -> ExitCode {
        switch resolution.outcome {
        case .endpoints: .success
        case .empty: empty
        case .unknown: unknown
        }
    }

    /// Says why there are no endpoints.
    ///
    /// - Returns: The status for that.
    static func nothing(_ resolution: Resolution, of service: ServiceOptions) -> ExitCode {
        switch resolution.outcome {
        case .endpoints:
            break
        case .empty(let reason):
            let why = reason.map { " (\($0))" } ?? ""
            Terminal.say("Consul knows no healthy instance of \(service.description)\(why)")
        case .unknown(let failure):
            Terminal.say("could not find out about \(service.description): \(failure)")
        }
        return of(resolution)
    }

    /// Says why there is nothing to pick.
    ///
    /// - Returns: The status for that.
    static func nothing(_ absence: PickError, of service: ServiceOptions) -> ExitCode {
        Terminal.say("nothing to pick of \(service.description): \(absence.message)")
        return absence.code == .empty ? empty : unknown
    }
}
