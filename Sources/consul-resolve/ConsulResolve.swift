// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NIOCore

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
        // One event loop is enough for one command; NIO would start one for each processor, with three descriptors
        // each.
        NIOSingletons.groupLoopCountSuggestion = 1
        // Must run before a task waits.
        do { try DispatchDescriptors.check() } catch { exit(withError: error) }
        exit(withError: await execute(Array(CommandLine.arguments.dropFirst())))
    }

    /// The version of this package, as `--version` prints it.
    static let currentVersion = "0.1.0-dev"

    // MARK: One run

    /// Runs the command that the arguments name.
    ///
    /// - Returns: The exit status. The reason for any status other than 0 is on standard error.
    private static func execute(_ arguments: [String]) async -> ExitCode {
        var command: any ParsableCommand
        do {
            command = try await asyncParseAsRoot(arguments)
        } catch {
            return report(await mistypedSubcommand(error, in: arguments) ?? error)
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
            return report(error)
        }
    }

    // MARK: Mistyped subcommands

    /// Returns the error for a first argument that is probably a mistyped subcommand.
    ///
    /// A word that is no subcommand is the name of a service to look up, and every word can be one. It counts as a
    /// mistake only if the arguments are no valid lookup, and either a second word follows or the corrected arguments
    /// are valid.
    private static func mistypedSubcommand(
        _ error: any Error,
        in arguments: [String]
    ) async -> ValidationError? {
        guard exitCode(for: error) == .validationFailure, let word = arguments.first, !word.hasPrefix("-")
        else { return nil }
        let subcommands = configuration.subcommands.map { $0._commandName }
        guard !subcommands.contains(word), let meant = Words.similar(to: word, among: subcommands).first else {
            return nil
        }
        let isFollowedByWord = arguments.count > 1 && !arguments[1].hasPrefix("-")
        if !isFollowedByWord {
            let corrected = try? await asyncParseAsRoot([meant] + arguments.dropFirst())
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
