// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// Whom to ask, and for how long to wait.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .customLong("dns-server"),
        help: ArgumentHelp(
            "The DNS port of a Consul agent; repeat it for more, in order of preference. Default: CONSUL_DNS_ADDR, "
                + "else 127.0.0.1:8600.",
            valueName: "host:port"
        ),
        transform: HostPortArgument.parse
    )
    var servers: [HostPortArgument] = []

    @Option(help: ArgumentHelp("How long to wait altogether: 2s, 500ms.", valueName: "duration"))
    var timeout = DurationArgument(.seconds(2))

    /// A resolver for these servers.
    func resolver(_ adjust: (inout ServiceResolver.Configuration) -> Void = { _ in }) throws -> ServiceResolver {
        var configuration = try configuration()
        adjust(&configuration)
        do {
            return try ServiceResolver(configuration: configuration)
        } catch {
            Terminal.say("cannot ask anything: \(error)")
            throw ExitStatus.unknown
        }
    }

    /// The configuration that flags and environment describe; flags win.
    private func configuration() throws -> ServiceResolver.Configuration {
        var configuration: ServiceResolver.Configuration
        if servers.isEmpty {
            do {
                configuration = try ServiceResolver.Configuration.fromProcessEnvironment()
            } catch {
                throw ValidationError("\(error)")
            }
        } else {
            configuration = ServiceResolver.Configuration()
            configuration.dns.nameservers = servers.map(\.hostPort)
        }
        configuration.timeout = timeout.duration
        return configuration
    }
}
