// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulCoordination
import ConsulHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// `consul-resolve env PREFIX -- COMMAND`
struct Env: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Run a command with the entries under a prefix as its environment.",
        usage: "consul-resolve env <prefix> [<options>] -- <command> ...",
        discussion: """
            The name of a variable is the rest of the key behind the prefix and a slash, with an underscore for each \
            character that is neither an ASCII letter nor a digit: config/web/db.host below config/web is db_host. Two keys \
            that mean one variable are an error.

            When an entry changes, --on-change restart ends the command (SIGTERM, then SIGKILL after five seconds) and starts \
            it again; signal sends it SIGHUP, whose environment stays as it was; nothing ignores the change; exec \
            replaces this process by the command, so that changes are not noticed. While Consul cannot be asked, the command \
            keeps running.

            Exit status: that of the command; 3 if the entries could not be read.

            EXAMPLES:
              consul-resolve env config/web -- ./server
              consul-resolve env config/web --on-change signal -- ./server
            """
    )

    /// The reactions to a change.
    enum Reaction: String, ExpressibleByArgument, CaseIterable {
        case restart
        case signal
        case exec
        case nothing
    }

    @Argument(help: "The prefix of the keys, such as config/web.") var prefix: String

    @Option(name: .customLong("on-change"), help: "restart, signal, exec or nothing.") var reaction = Reaction.restart

    @OptionGroup var agent: AgentOptions

    @OptionGroup var command: CommandOptions

    func validate() throws {
        if prefix.isEmpty { throw ValidationError("name the prefix of the keys") }
    }

    func run() async throws {
        if reaction == .exec {
            let replacement = Replacement(command.words)
            let variables = try await agent.withClient { client in
                try EnvironmentVariables(
                    try await client.keyValues.entries(under: folder).value,
                    under: folder
                ).values
            }
            throw replacement.takePlace(environment: variables)
        }
        let status = try await SignalRelay.run { relay in
            try await agent.withClient { client in try await follow(client, relay) }
        }
        if status != .success { throw status }
    }

    private var folder: String { prefix.hasSuffix("/") ? prefix : prefix + "/" }

    // MARK: Following

    private enum Event: Sendable {
        case changed([String: String])
        case ended(Result<ExitCode, any Error>)
    }

    /// Runs the command, and reacts to changes until it ends by itself.
    private func follow(_ client: ConsulHTTPClient, _ relay: SignalRelay) async throws -> ExitCode {
        let (events, report) = AsyncStream.makeStream(of: Event.self)
        let watching = Task {
            do { try await watch(client) { report.yield(.changed($0)) } } catch {
                report.yield(.ended(.failure(error)))
            }
        }
        var running: Task<Void, Never>?
        func start(_ variables: [String: String]) -> Task<Void, Never> {
            Task {
                do {
                    let status = try await SupervisedCommand(command: command.words).run(
                        environment: variables,
                        relay: relay
                    )
                    if !Task.isCancelled { report.yield(.ended(.success(status))) }
                } catch {
                    if !Task.isCancelled { report.yield(.ended(.failure(error))) }
                }
            }
        }
        var result: Result<ExitCode, any Error> = .failure(CancellationError())
        loop: for await event in events {
            switch event {
            case .ended(let end):
                result = end
                break loop
            case .changed(let variables):
                guard let current = running else {
                    running = start(variables)
                    continue
                }
                switch reaction {
                case .restart:
                    Terminal.say("\(folder) has changed: restarting \(command.words[0])")
                    current.cancel()
                    await current.value
                    if !Task.isCancelled { running = start(variables) }
                case .signal:
                    relay.send(SIGHUP)
                case .exec, .nothing:
                    Terminal.say("\(folder) has changed; \(command.words[0]) keeps its environment")
                }
            }
        }
        watching.cancel()
        running?.cancel()
        await running?.value
        await watching.value
        return try result.get()
    }

    /// Reports the variables now, and whenever they differ from the last ones.
    private func watch(_ client: ConsulHTTPClient, _ report: ([String: String]) -> Void) async throws {
        var last: [String: String]?
        for try await update in try client.keyValues.watch(under: folder) {
            if let error = update.interruption {
                // Without a first answer there is no environment to start the command with.
                if last == nil { throw error }
                Terminal.say("cannot read \(folder) at the moment: \(error)")
            }
            guard let entries = update.value else { continue }
            do {
                let variables = try EnvironmentVariables(entries, under: folder).values
                guard variables != last else { continue }
                last = variables
                report(variables)
            } catch {
                if last == nil { throw error }
                Terminal.say("\(error)")
            }
        }
    }
}
