// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver
import ResolverSupport

/// `consul-resolve watch NAME`
struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show the healthy instances of a service, and each change to them.",
        discussion: """
            Consul reports changes through its HTTP API (blocking queries). With --via dns or --failover-datacenter, \
            the service is queried again when the TTL expires, at most once a second. While Consul does not answer, the \
            last known instances are kept and marked as stale. If Consul says that there are none and this is not \
            confirmed, they are kept and marked as held.

            --format table redraws a table on a terminal. Elsewhere it prints the changes, one endpoint a line after \
            the time: "+ address:port" for an added endpoint, "-" for a removed one, "~" for one whose weight, priority \
            or status changed.
            --format plain prints all endpoints after each change, one address:port a line, and an empty line after \
            each set. A set that only becomes stale is not printed again.
            --format json prints one object a line for the first set and for each change.

            Ctrl-C, SIGTERM, or a closed output ends the command with status 0. After --count sets, and when no update \
            can follow, it ends with the status that a lookup would have for the last set.

            --exec prints no sets, and runs the command behind -- after each change: when the endpoints, their weights or \
            their priorities differ from those of the last run, and not when a set only becomes stale. The command finds \
            SERVICE_NAME and SERVICE_ENDPOINTS, the address:port of each endpoint separated by spaces, in its environment. \
            Changes during a run lead to one more run, with the newest set. With --initial, the first set counts as a change.

            EXAMPLES:
              consul-resolve watch web
              consul-resolve watch web --format json
              consul-resolve watch web --exec --initial -- ./reload
            """
    )

    @Argument(help: "The service's name.")
    var name: String

    @OptionGroup var options: RequestOptions

    @Option(help: "table, json, or plain for one address:port a line. Default: table.")
    var format: EndpointFormat?

    @Option(help: Template.help, transform: Template.parse)
    var template: Template?

    @Option(help: "End after this number of sets, the first one included; with --exec, of runs.")
    var count: Int?

    @Flag(name: .customLong("exec"), help: "Run the command behind -- after each change, instead of printing it.")
    var executes = false

    @Flag(help: "With --exec, run the command for the first set, too.")
    var initial = false

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command of --exec and its arguments, after --.", valueName: "command")
    )
    var command: [String] = []

    func validate() throws {
        try Template.check(template, format)
        _ = try options.request(for: name)
        if let count, count < 1 { throw ValidationError("--count must be at least 1") }
        if executes, command.first?.isEmpty ?? true { throw ValidationError("name the command of --exec after --") }
        if !executes, initial || !command.isEmpty { throw ValidationError("a command and --initial need --exec") }
    }

    func run() async throws {
        let resolver = try options.resolver()
        let mode: ConsulService.UpdateMode = options.via == .dns ? .polling : .watch
        let followed = resolver.service(try options.request(for: name), updating: mode)
        let status = executes ? try await execute(followed) : try await UntilStopped.run { try await show(followed) }
        await BoundedTask.wait { await resolver.shutdown() }
        if let status, status != .success { throw status }
    }

    /// - Returns: The exit status, unless a signal ends the process earlier.
    private func show(_ followed: ConsulService) async throws -> ExitCode {
        var display = WatchDisplay(service: options.description(of: name), format: format ?? .table, template: template)
        var (shown, status) = (0, ExitStatus.unknown)
        for await resolution in followed.updates {
            try display.show(resolution, at: .now)
            status = ExitStatus.of(resolution)
            shown += 1
            if shown == count { break }
        }
        return status
    }

    // MARK: Running a command

    /// Runs the command after each change, one run at a time.
    ///
    /// - Returns: The exit status; success if a signal ended it.
    private func execute(_ followed: ConsulService) async throws -> ExitCode {
        let status = try await SignalRelay.run { _ in try await runCommand(for: followed) }
        return status.rawValue > 128 ? .success : status
    }

    private func runCommand(for followed: ConsulService) async throws -> ExitCode {
        var last: [String]?
        var (runs, status) = (0, ExitStatus.unknown)
        for await resolution in followed.updates {
            status = ExitStatus.of(resolution)
            // An unknown outcome says nothing about the endpoints.
            if case .unknown = resolution.outcome { continue }
            let content = resolution.endpoints.map { "\($0.authority) \($0.priority) \($0.weight)" }.sorted()
            defer { last = content }
            guard content != last, last != nil || initial else { continue }
            let environment = [
                "SERVICE_NAME": name,
                "SERVICE_ENDPOINTS": resolution.endpoints.map(\.authority).joined(separator: " "),
            ]
            let end = try await SupervisedCommand(command: command).run(environment: environment, relay: nil)
            if end != .success { Terminal.say("\(command[0]) ended with status \(end.rawValue)") }
            runs += 1
            if runs == count { break }
        }
        return status
    }
}
