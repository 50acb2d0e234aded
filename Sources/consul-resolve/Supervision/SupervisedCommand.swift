// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Subprocess
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A command that runs beside this process, in a process group of its own, so that it can be ended with all processes
/// that it has started. It also ends when this process is killed (``CommandGuardian``).
struct SupervisedCommand: Sendable {
    /// The program, looked up in PATH, and its arguments.
    let command: [String]
    /// The time between SIGTERM and SIGKILL.
    var grace = Duration.seconds(5)

    /// Runs the command and waits for its end. It has the standard streams of this process, and the terminal.
    ///
    /// If the task is canceled, the process group receives SIGTERM, and SIGKILL after ``grace``. The call returns when
    /// the command has ended.
    ///
    /// - Parameters:
    ///   - environment: Variables added to the environment of this process.
    ///   - relay: Passes signals on to the command; `nil` if signals end this process, and the command with it.
    /// - Returns: The command's exit status; 128 and the number of the signal that ended it, as shells report it.
    /// - Throws: ``ExitStatus/commandNotFound`` or ``ExitStatus/commandFailed``; the reason is on standard error.
    func run(environment: [String: String], relay: SignalRelay?) async throws -> ExitCode {
        guard let program = command.first else { throw ExitStatus.commandNotFound }
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
        let variables = environment.map { (Environment.Key(rawValue: $0.key), Optional($0.value)) }
        let guardian = await CommandGuardian(grace: grace)
        let suspension = SuspensionGuard()
        let terminal = ForegroundTerminal()
        let group = Atomic<pid_t>(0)
        let result: Result<TerminationStatus, any Error>
        do {
            let end = try await Subprocess.run(
                .name(program),
                arguments: Arguments(Array(command.dropFirst())),
                environment: .inherit.updating(
                    Dictionary(uniqueKeysWithValues: variables.compactMap { name, value in name.map { ($0, value) } })
                ),
                platformOptions: options,
                input: .currentStandardInput,
                output: .currentStandardOutput,
                error: .currentStandardError
            ) { execution in
                let id = execution.processIdentifier.value
                guardian.guardGroup(id)
                group.store(id, ordering: .sequentiallyConsistent)
                SuspensionGuard.watch(id, named: program)
                terminal.give(to: id)
                relay?.begin(id)
            }
            result = .success(end.terminationStatus)
        } catch {
            result = .failure(error)
        }
        // The command has ended in time, but processes that it has started may have ignored SIGTERM.
        let id = group.load(ordering: .sequentiallyConsistent)
        if Task.isCancelled, id != 0 { kill(-id, SIGKILL) }
        relay?.end()
        terminal.takeBack()
        suspension.end()
        await guardian.dismiss()
        return try status(of: result, program)
    }

    private func status(of result: Result<TerminationStatus, any Error>, _ program: String) throws -> ExitCode {
        do {
            return switch try result.get() {
            case .exited(let code): ExitCode(code)
            case .signaled(let number): ExitCode(128 + number)
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw Terminal.failure(
                "cannot run \(program): \(error)",
                error.code == .executableNotFound ? ExitStatus.commandNotFound : ExitStatus.commandFailed
            )
        }
    }
}
