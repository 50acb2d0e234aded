// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulHTTP

@main
struct ConsulResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consul-resolve",
        abstract: "Find the healthy instances of Consul services, and inspect Consul's answers.",
        discussion: """
            Queries the Consul agent on this machine unless --dns-server or CONSUL_DNS_ADDR names others.

            --dns-server, --http-address and --token-file locate Consul and are always accepted. --via chooses the \
            source: --via http uses no DNS server, --via dns uses neither the HTTP API nor the token.

            Exit status: 0 found, 1 the result could not be written, 2 Consul says that there is no healthy instance, \
            3 Consul did not answer or denied access, 64 usage error; exec exits with the command's status.
            """,
        version: currentVersion,
        subcommands: [
            Lookup.self, Pick.self, Exec.self, Query.self, Watch.self, Doctor.self, Bench.self,
            KeyValueCommand.self, Env.self, Lock.self, Register.self, Event.self,
        ],
        defaultSubcommand: Lookup.self
    )

    static func main() async {
        // Must run before the process opens any descriptor.
        StandardDescriptors.occupy()
        // Must run before other threads exist.
        _ = InheritedSignals.atStart
        // One event loop is enough for one command; by default each processor has one, with three descriptors each.
        EventLoops.limit(to: 1)
        // Must run before a task waits.
        let hasRoom: Bool
        do { hasRoom = try DispatchDescriptors.check() } catch { ExitStatus.end(report(error)) }
        ExitStatus.end(await execute(Array(CommandLine.arguments.dropFirst()), hasRoom: hasRoom))
    }

    /// The version of this package, as `--version` prints it.
    static let currentVersion = "0.1.0-dev"

    // MARK: One run

    /// Runs the command that the arguments name.
    ///
    /// - Parameter hasRoom: True if a command with few descriptors cannot use up those of Dispatch.
    /// - Returns: The exit status. The reason for any status other than 0 is on standard error.
    private static func execute(_ arguments: [String], hasRoom: Bool) async -> ExitCode {
        if let usual = UsualArguments.command(arguments) { return await run(usual, opensDescriptors: !hasRoom) }
        let command: any ParsableCommand
        do {
            command = try await asyncParseAsRoot(arguments)
        } catch {
            return report(await mistypedSubcommand(error, in: arguments) ?? error)
        }
        if let mistake = mistypedSubcommand(of: command, in: arguments) { return report(mistake) }
        if let command = command as? any AsyncParsableCommand { return await run(command) }
        do {
            var command = command
            try command.run()
            return ExitStatus.success
        } catch {
            return report(error)
        }
    }

    private static func run(_ command: any AsyncParsableCommand, opensDescriptors: Bool = true) async -> ExitCode {
        do {
            var command = command
            if opensDescriptors { try await DispatchDescriptors.open() }
            try await command.run()
            return ExitStatus.success
        } catch {
            return report(error)
        }
    }

    // MARK: Mistyped subcommands

    static var subcommandNames: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } }

    /// Returns the error for a first argument that is probably a mistyped subcommand, for arguments that are no valid
    /// lookup.
    ///
    /// A word that is no subcommand is the name of a service to look up, and every word can be one. It counts as a
    /// mistake only if a second word follows or the corrected arguments are valid.
    private static func mistypedSubcommand(
        _ error: any Error,
        in arguments: [String]
    ) async -> ValidationError? {
        guard exitCode(for: error) == .validationFailure, let word = arguments.first, !word.hasPrefix("-"),
            let meant = subcommand(like: word)
        else { return nil }
        let isFollowedByWord = arguments.count > 1 && !arguments[1].hasPrefix("-")
        if !isFollowedByWord {
            let corrected = try? await asyncParseAsRoot([meant] + arguments.dropFirst())
            guard corrected != nil else { return nil }
        }
        return ValidationError("\"\(word)\" is not a subcommand; did you mean \(meant)?")
    }

    /// Returns the error for a mistyped subcommand and a name, which are a valid lookup of two services.
    ///
    /// Only a word that is nearly as long as the subcommand counts as a mistake: `env-web` is a service.
    private static func mistypedSubcommand(
        of command: any ParsableCommand,
        in arguments: [String]
    ) -> ValidationError? {
        guard let lookup = command as? Lookup, lookup.names.count > 1, let word = arguments.first,
            word == lookup.names[0], let meant = subcommand(like: word), abs(meant.count - word.count) <= 2
        else { return nil }
        return ValidationError(
            "\"\(word)\" is not a subcommand; did you mean \(meant)? To look up a service of that name, write lookup "
                + "before it."
        )
    }

    /// Returns the subcommand that is closest to a word; `nil` if the word is one, or none is close.
    private static func subcommand(like word: String) -> String? {
        let subcommands = subcommandNames
        return subcommands.contains(word) ? nil : Words.similar(to: word, among: subcommands).first
    }

    // MARK: Errors

    /// Prints an error for people.
    ///
    /// - Returns: The exit status for it.
    private static func report(_ error: any Error) -> ExitCode {
        // Code that throws a status has printed the reason.
        if let status = error as? ExitCode { return status }
        let status = exitCode(for: error)
        if status == .failure {
            // An error of the library that no command expects: the outcome is unknown.
            return Terminal.failure("\(error)")
        }
        // Help and the version end with success and count as data.
        let text = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).printable }.joined(separator: "\n")
        guard status == .success else {
            Terminal.printUsage(text)
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
