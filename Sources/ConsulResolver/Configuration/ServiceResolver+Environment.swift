// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import NetworkAddress

extension ServiceResolver.Configuration {
    /// The environment variable that names the DNS ports of Consul agents: `host:port`, several separated by commas, the
    /// port 8600 if left out. Ours: Consul has no variable for it.
    public static let nameserverVariable = "CONSUL_DNS_ADDR"

    /// The defaults, changed by what the environment says: ``nameserverVariable``, and all variables of Consul's own
    /// (`ConsulHTTPClient.Configuration.init(environment:)`).
    ///
    /// - Parameters:
    ///   - environment: Names and values. An empty value counts as absent.
    ///   - strategy: How Consul is going to be asked. Variables of a way that is not used are not looked at, so that a
    ///     mistake in `CONSUL_HTTP_ADDR` does not stop a program that only needs DNS.
    /// - Throws: ``ConfigurationError`` for a value that makes no sense. It is never passed over: a resolver that asks
    ///   somebody else than it was told is worse than none.
    public init(environment: [String: String], strategy: Strategy = .automatic) throws(ConfigurationError) {
        self.init()
        self.strategy = strategy
        if strategy != .http, let value = environment[Self.nameserverVariable], !value.isEmpty {
            dns.nameservers = try Self.nameservers(value)
        }
        guard strategy != .dns else { return }
        do throws(EnvironmentError) {
            http = try ConsulHTTPClient.Configuration(environment: environment)
        } catch {
            throw ConfigurationError(variable: error.variable, message: error.message)
        }
    }

    /// The defaults, changed by what the process' own environment says.
    ///
    /// - Parameters:
    ///   - overrides: Values that count instead of the environment's, by name; an empty one as if the variable were absent.
    ///   - strategy: How Consul is going to be asked. Variables of a way that is not used are not looked at.
    /// - Throws: ``ConfigurationError`` for a value that makes no sense.
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
                throw ConfigurationError(variable: nameserverVariable, message: error.description)
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
