// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// The nameservers to query, and the timeout.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .customLong("dns-server"),
        help: ArgumentHelp(
            "The DNS port of a Consul agent; repeat it for more, in order of preference. Default: CONSUL_DNS_ADDR, "
                + "else 127.0.0.1:8600.",
            valueName: "host:port"
        ),
        transform: parseServer
    )
    var servers: [HostPort] = []

    @Option(
        help: ArgumentHelp("The time limit for the whole command: 500ms, 2s, 1m.", valueName: "duration"),
        transform: DurationArgument.parse
    )
    var timeout = DurationArgument(.seconds(2))

    /// Makes a resolver for these servers.
    ///
    /// - Parameters:
    ///   - via: The source to query.
    ///   - http: The options for the HTTP API; `nil` for a command that does not use it.
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
            throw Terminal.failure("cannot query Consul: \(error)")
        }
    }

    /// Returns the configuration that flags and environment describe; flags take precedence. Settings of a source that
    /// is not used are not read.
    ///
    /// - Throws: `ValidationError` for an invalid environment variable.
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
        if !servers.isEmpty { configuration.dns.nameservers = servers }
        configuration.timeout = timeout.duration
        return configuration
    }

    static func parseServer(_ text: String) throws -> HostPort {
        do {
            return try HostPort(text, defaultPort: Nameserver.defaultPort)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// The source to query: DNS, HTTP, or both as the library decides.
enum Via: String, ExpressibleByArgument, CaseIterable {
    case auto
    case dns
    case http

    var strategy: ServiceResolver.Configuration.Strategy {
        switch self {
        case .auto: .automatic
        case .dns: .dns
        case .http: .http
        }
    }
}

/// The DNS transports to use.
enum TransportChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case udp
    case tcp

    var configured: ServiceResolver.Configuration.DNS.Transport {
        switch self {
        case .auto: .automatic
        case .udp: .udp
        case .tcp: .tcp
        }
    }
}
