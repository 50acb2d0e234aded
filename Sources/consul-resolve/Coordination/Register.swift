// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers

/// `consul-resolve register NAME --port PORT -- COMMAND`
struct Register: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register a service with the agent while a command runs.",
        usage: "consul-resolve register <name> --port <port> [<options>] -- <command> ...",
        discussion: """
            The service is registered again if the agent forgets it. When the command ends, the service is deregistered. \
            On SIGTERM, SIGINT, SIGHUP or SIGQUIT, callers are sent away first, and then the command receives the signal.

            --check ttl is renewed by this process and says that the command runs; http:URL and tcp:HOST:PORT are \
            checked by the agent, every --interval.

            Exit status: that of the command; 3 the agent refused the registration.

            EXAMPLES:
              consul-resolve register web --port 8080 -- ./server
              consul-resolve register web --port 8080 --check http:http://127.0.0.1:8080/health -- ./server
            """
    )

    @Argument(help: "The service's name.") var name: String
    @Option(help: "The port of the service.") var port: Int
    @Option(help: "The id of the instance. Default: made of name, host and port.") var id: String?
    @Option(help: "The address of the instance. Default: that of the agent's node.") var address: String?
    @Option(help: "A tag; repeat it for more.") var tag: [String] = []
    @Option(help: ArgumentHelp("Metadata; repeat it for more.", valueName: "key=value")) var meta: [String] = []
    @Option(help: "The weight of the instance, 1 to 65535.") var weight: UInt16?
    @Option(help: ArgumentHelp("ttl, http:URL or tcp:HOST:PORT.", valueName: "check")) var check = "ttl"

    @Option(
        help: ArgumentHelp(
            "The interval of the check; for ttl, the time to live is three times as long.",
            valueName: "duration"
        ),
        transform: DurationArgument.parse
    )
    var interval = DurationArgument(.seconds(10))

    @OptionGroup var http: HTTPOptions

    @OptionGroup var command: CommandOptions

    func validate() throws {
        _ = try service()
    }

    /// Returns the service that the options describe.
    func service() throws -> ServiceDescription {
        var service = ServiceDescription(name: name, port: port, address: address, id: id)
        service.tags = tag
        for pair in meta {
            guard let (key, value) = pair.splitOnce(at: "=") else {
                throw ValidationError("--meta \(pair): write it as key=value")
            }
            service.metadata[key] = value
        }
        if let weight { service.weights.passing = weight }
        service.checks = [try serviceCheck()]
        return service
    }

    private func serviceCheck() throws -> ConsulCoordination.ServiceCheck {
        if check == "ttl" { return .ttl(interval.duration * 3) }
        guard let (kind, target) = check.splitOnce(at: ":"), !target.isEmpty, kind == "http" || kind == "tcp" else {
            throw ValidationError("--check \(check): write ttl, http:URL or tcp:HOST:PORT")
        }
        var check: ConsulCoordination.ServiceCheck = kind == "http" ? .http(target) : .tcp(target)
        check.interval = interval.duration
        return check
    }

    func run() async throws {
        let service = try service()
        let status = try await SignalRelay.run { relay in
            try await http.withClient { client in try await run(service, client, relay) }
        }
        if status != .success { throw status }
    }

    private func run(
        _ service: ServiceDescription,
        _ client: ConsulHTTPClient,
        _ relay: SignalRelay
    ) async throws -> ExitCode {
        let (ends, isOver) = AsyncStream.makeStream(of: Never.self)
        let signal = NIOLockedValueBox<Int32>(0)
        var configuration = ServiceRegistrar.Configuration()
        configuration.drain = {
            relay.send(signal.withLockedValue { $0 })
            for await _ in ends {}
        }
        let registrar = try ServiceRegistrar(client, service, configuration: configuration)
        relay.intercept { number in
            signal.withLockedValue { $0 = number }
            await registrar.shutdown()
        }
        return try await withThrowingTaskGroup(of: ExitCode?.self) { group in
            group.addTask {
                defer { isOver.finish() }
                return try await SupervisedCommand(command: command.words).run(environment: [:], relay: relay)
            }
            group.addTask {
                try await registrar.run()
                return nil
            }
            group.addTask {
                for await status in registrar.statuses {
                    if let problem = status.problem { Terminal.say("\(service.id): \(problem)") }
                }
                return nil
            }
            var status = ExitStatus.unknown
            while let end = try await group.next() {
                guard let end else { continue }
                status = end
                await registrar.shutdown()
            }
            return status
        }
    }
}

extension String {
    /// Returns the parts before and after the first occurrence of a character; `nil` if there is none.
    fileprivate func splitOnce(at character: Character) -> (String, String)? {
        guard let index = firstIndex(of: character) else { return nil }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }
}
