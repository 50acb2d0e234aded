// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve exec NAME -- COMMAND`
struct Exec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Pick an endpoint of a service, and run a command with it.",
        discussion: """
            The command receives the endpoint in its environment: SERVICE_HOST, SERVICE_PORT, and both as \
            SERVICE_ADDRESS, host:port with an IPv6 address in brackets. It replaces this process (exec): it receives \
            the signals, its exit status is the one reported, and its arguments do not pass through a shell.

            Without an endpoint the command does not run, and the exit status is 2 or 3. The status is 127 if the \
            command does not exist, and 126 if it cannot be run.

            EXAMPLES:
              consul-resolve exec db -- sh -c 'psql -h "$SERVICE_HOST" -p "$SERVICE_PORT"'
              consul-resolve exec cache --policy hashed --key a -- ./client
            """
    )

    @Argument(help: "The service's name.")
    var name: String

    @OptionGroup var request: RequestOptions

    @OptionGroup var picking: PickingOptions

    @OptionGroup var command: CommandOptions

    func validate() throws {
        _ = try request.request(for: name)
    }

    func run() async throws {
        let replacement = Replacement(command.words)
        let service = try await SettledService(name, request, picking)
        let described = request.description(of: name)
        let endpoint: Endpoint
        do throws(PickError) {
            endpoint = try service.pick(picking.pickOptions)
        } catch {
            throw picking.failure(error, of: described)
        }
        service.resolution.originMessages(of: described).forEach(Terminal.say)
        throw replacement.takePlace(environment: Self.environment(for: endpoint))
    }

    /// The variables that tell the command where to connect.
    static func environment(for endpoint: Endpoint) -> [String: String] {
        [
            "SERVICE_HOST": endpoint.host.description, "SERVICE_PORT": String(endpoint.port),
            "SERVICE_ADDRESS": endpoint.authority,
        ]
    }
}
