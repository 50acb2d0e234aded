// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A command that is going to take the place of this process.
struct Replacement {
    private let command: [String]
    private let descriptors = InheritedDescriptors()

    /// To be made before anything is opened that is not the command's business.
    ///
    /// - Parameter command: The program, looked for along PATH, and its arguments.
    init(_ command: [String]) {
        self.command = command
    }

    /// Becomes the command.
    ///
    /// - Parameter environment: What its environment has beside this one's.
    /// - Returns: How to end if that cannot be done, which somebody has been told then.
    func takePlace(environment: [String: String]) -> ExitCode {
        guard let program = command.first else { return ExitStatus.commandNotFound }
        descriptors.closeOthersOnExecution()
        InheritedSignals.atStart.restore()
        for (name, value) in environment { setenv(name, value, 1) }
        var arguments = command.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        execvp(program, arguments)
        let number = errno
        Terminal.say("cannot run \(program): \(String(cString: strerror(number)).lowercased())")
        return number == ENOENT ? ExitStatus.commandNotFound : ExitStatus.commandFailed
    }
}
