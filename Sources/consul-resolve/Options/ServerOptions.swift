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

    @Option(
        help: ArgumentHelp("How long to wait altogether: 500ms, 2s, 1m.", valueName: "duration"),
        transform: DurationArgument.parse
    )
    var timeout = DurationArgument(.seconds(2))

    /// A resolver for these servers.
    ///
    /// - Parameters:
    ///   - via: Which of Consul's interfaces to ask.
    ///   - http: How the HTTP API is reached; `nil` for a command that has no use for it.
    func resolver(
        via: Via,
        http: HTTPOptions? = nil,
        _ adjust: (inout ServiceResolver.Configuration) -> Void = { _ in }
    ) throws -> ServiceResolver {
        var configuration = try configuration(via: via, http: http)
        adjust(&configuration)
        if via != .dns { try http?.checkTokenFile() }
        do {
            return try ServiceResolver(configuration: configuration)
        } catch {
            Terminal.say("cannot ask anything: \(error)")
            throw ExitStatus.unknown
        }
    }

    /// The configuration that flags and environment describe; flags win. What is not going to be asked is not looked at.
    ///
    /// - Throws: `ValidationError` for a variable that makes no sense.
    func configuration(via: Via, http: HTTPOptions?) throws -> ServiceResolver.Configuration {
        typealias Configuration = ServiceResolver.Configuration
        var overrides = http?.overrides ?? [:]
        if !servers.isEmpty { overrides[Configuration.nameserverVariable] = "" }
        var configuration: Configuration
        do {
            configuration = try .fromProcessEnvironment(overriding: overrides, strategy: via.strategy)
        } catch {
            throw ValidationError("\(error)")
        }
        if !servers.isEmpty { configuration.dns.nameservers = servers.map(\.hostPort) }
        configuration.timeout = timeout.duration
        return configuration
    }
}
