// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
public import ConsulHTTP
import NetworkAddress

@_exported public import struct ConsulHTTP.ConfigurationError

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension ResolverConfiguration {
    /// The environment variable with the DNS ports of Consul agents: `host:port`, several separated by commas, the port
    /// 8600 if left out. It is defined by this library: Consul has no variable for this.
    package static let nameserverVariable = "CONSUL_DNS_ADDR"

    /// Creates a configuration from the defaults and the environment: `CONSUL_DNS_ADDR`, the DNS ports of Consul agents
    /// (`host:port`, several separated by commas, the port 8600 if left out), and all variables of Consul's own
    /// (`ConsulHTTPClient.Configuration.init(environment:)`).
    ///
    /// - Parameters:
    ///   - environment: Names and values. An empty value counts as absent.
    ///   - strategy: The sources that will be queried. Variables of other sources are ignored, so that a mistake in
    ///     `CONSUL_HTTP_ADDR` does not stop a program that only needs DNS.
    /// - Throws: ``/ConsulHTTP/ConfigurationError`` for an invalid value. It is never ignored: a resolver that queries
    ///   another server than the configured one is worse than no resolver.
    public init(environment: [String: String], strategy: Strategy = .automatic) throws(ConfigurationError) {
        self.init()
        self.strategy = strategy
        if strategy != .http, let value = environment[Self.nameserverVariable], !value.isEmpty {
            dns.nameservers = try Self.nameservers(value)
        }
        guard strategy != .dns else { return }
        http = try ConsulHTTPClient.Configuration(environment: environment)
    }

    /// Returns a configuration from the defaults and the process' own environment.
    ///
    /// - Parameters:
    ///   - overrides: Values that replace those of the environment, by name. An empty value makes a variable count as
    ///     absent.
    ///   - strategy: The sources that will be queried. Variables of other sources are ignored.
    /// - Throws: ``/ConsulHTTP/ConfigurationError`` for an invalid value.
    public static func fromProcessEnvironment(
        overriding overrides: [String: String] = [:],
        strategy: Strategy = .automatic
    ) throws(ConfigurationError) -> Self {
        let names = [nameserverVariable] + ConsulHTTPClient.Configuration.environmentVariables
        return try Self(environment: ProcessEnvironment.values(of: names).merging(overrides) { $1 }, strategy: strategy)
    }

    private static func nameservers(_ value: String) throws(ConfigurationError) -> [HostPort] {
        var nameservers: [HostPort] = []
        for text in value.split(separator: ",", omittingEmptySubsequences: false) {
            do throws(HostPortError) {
                nameservers.append(try HostPort(String(text.trimmed), defaultPort: Nameserver.defaultPort))
            } catch {
                throw ConfigurationError(setting: nameserverVariable, message: error.description)
            }
        }
        return nameservers
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " }
        return start[..<(start.lastIndex { $0 != " " }.map(start.index(after:)) ?? start.startIndex)]
    }
}

/// The process' environment, read without Foundation.
enum ProcessEnvironment {
    /// Returns the variables of the given names that are set.
    static func values(of names: [String]) -> [String: String] {
        var values: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
        return values
    }
}
