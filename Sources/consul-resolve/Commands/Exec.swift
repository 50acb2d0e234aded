// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve exec NAME -- COMMAND`
struct Exec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pick an endpoint of a service, and become a command that uses it.",
        discussion: """
            The command finds the endpoint in its environment: SERVICE_HOST, SERVICE_PORT, and both as SERVICE_ADDRESS, \
            host:port with an IPv6 address in brackets. It takes this program's place: signals and the exit status are \
            its own, and no shell looks at its arguments.

            Without an endpoint it is not run, and the exit status is 2 or 3; it is 127 if there is no such command, and \
            126 if it cannot be run.
            """
    )

    @OptionGroup var picking: PickingOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("What to run, behind --, and its arguments.", valueName: "command")
    )
    var command: [String] = []

    func validate() throws {
        guard let program = command.first else { throw ValidationError("name the command to run behind --") }
        if program.isEmpty { throw ValidationError("the command's name is empty") }
    }

    func run() async throws {
        let replacement = Replacement(command)
        let service = try await picking.settledService()
        let endpoint: Endpoint
        do throws(PickError) {
            endpoint = try service.pick(picking.pickOptions)
        } catch {
            throw ExitStatus.nothing(error, of: picking.service)
        }
        picking.tellOrigin(of: service)
        throw replacement.takePlace(environment: Self.environment(for: endpoint))
    }

    /// What tells the command where to connect to.
    static func environment(for endpoint: Endpoint) -> [String: String] {
        [
            "SERVICE_HOST": endpoint.host.description, "SERVICE_PORT": String(endpoint.port),
            "SERVICE_ADDRESS": endpoint.authority,
        ]
    }
}
