// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A command that replaces this process.
struct Replacement {
    private let command: [String]
    private let descriptors = InheritedDescriptors()

    /// Creates a replacement. Must be called before the process opens descriptors that the command must not inherit.
    ///
    /// - Parameter command: The program, looked up in PATH, and its arguments.
    init(_ command: [String]) {
        self.command = command
    }

    /// Replaces the process with the command.
    ///
    /// - Parameter environment: Variables added to the environment of this process.
    /// - Returns: The exit status if the command cannot be run; the reason is then on standard error.
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
        return Terminal.failure(
            "cannot run \(program): \(Terminal.systemError(number))",
            number == ENOENT ? ExitStatus.commandNotFound : ExitStatus.commandFailed
        )
    }
}
