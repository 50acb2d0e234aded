// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// One run of the command line, from its arguments to its exit status.
struct Invocation {
    let arguments: [String]

    /// Runs the command that the arguments name.
    ///
    /// - Returns: The exit status. The reason for any status other than 0 is on standard error.
    func run() async -> ExitCode {
        var command: any ParsableCommand
        do {
            command = try await ConsulResolve.asyncParseAsRoot(arguments)
        } catch {
            return Self.report(await mistypedSubcommand(error) ?? error)
        }
        do {
            if var command = command as? any AsyncParsableCommand {
                try await DispatchDescriptors.open()
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.success
        } catch {
            return Self.report(error)
        }
    }

    // MARK: Mistyped subcommands

    /// Returns the error for a first argument that is probably a mistyped subcommand.
    ///
    /// A word that is no subcommand is the name of a service to look up, and every word can be one. It counts as a
    /// mistake only if the arguments are no valid lookup, and either a second word follows or the corrected arguments
    /// are valid.
    private func mistypedSubcommand(_ error: any Error) async -> ValidationError? {
        guard ConsulResolve.exitCode(for: error) == .validationFailure, let word = arguments.first, !word.hasPrefix("-")
        else { return nil }
        let subcommands = ConsulResolve.configuration.subcommands.map { $0._commandName }
        guard !subcommands.contains(word), let meant = SimilarNames.of(word, among: subcommands).first else {
            return nil
        }
        let isFollowedByWord = arguments.count > 1 && !arguments[1].hasPrefix("-")
        if !isFollowedByWord {
            let corrected = try? await ConsulResolve.asyncParseAsRoot([meant] + arguments.dropFirst())
            guard corrected != nil else { return nil }
        }
        return ValidationError("\"\(word)\" is not a subcommand; did you mean \(meant)?")
    }

    // MARK: Errors

    /// Prints an error for people.
    ///
    /// - Returns: The exit status for it.
    private static func report(_ error: any Error) -> ExitCode {
        // Code that throws a status has printed the reason.
        if let status = error as? ExitCode { return status }
        let status = ConsulResolve.exitCode(for: error)
        if status == .failure {
            // An error of the library that no command expects: the outcome is unknown.
            Terminal.say("\(error)")
            return ExitStatus.unknown
        }
        // Help and the version end with success and count as data.
        let text = ConsulResolve.fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).printable }.joined(separator: "\n")
        guard status == .success else {
            Terminal.write(text + "\n", to: .standardError)
            return status
        }
        do {
            try Terminal.output(text)
            return status
        } catch {
            return ExitStatus.outputFailed
        }
    }
}
