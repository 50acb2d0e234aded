// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

@testable import ResolutionModel

struct EnvironmentTests {
    private func nameservers(_ value: String) throws -> [String] {
        let environment = [ServiceResolver.Configuration.nameserverVariable: value]
        return try ServiceResolver.Configuration(environment: environment).dns.nameservers.map(\.description)
    }

    @Test(arguments: [[:], ["CONSUL_DNS_ADDR": ""]])
    func `The default nameserver is the agent on this machine`(environment: [String: String]) throws {
        let configuration = try ServiceResolver.Configuration(environment: environment)
        #expect(configuration.dns.nameservers.map(\.description) == ["127.0.0.1:8600"])
        #expect(configuration.timeout == .seconds(2))
    }

    @Test(
        arguments: [
            ("10.0.0.1", ["10.0.0.1:8600"]),
            ("10.0.0.1:53", ["10.0.0.1:53"]),
            ("[::1]:8601", ["[::1]:8601"]),
            ("consul.local, [::1] ,10.0.0.1:53", ["consul.local:8600", "[::1]:8600", "10.0.0.1:53"]),
        ]
    )
    func `The nameserver variable takes one server or several, with or without a port`(
        value: String,
        expected: [String]
    ) throws {
        #expect(try nameservers(value) == expected)
    }

    @Test(
        arguments: [
            " ", ",", "10.0.0.1,", ",10.0.0.1", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:dns", "::1", "::1:8600",
            "[::1", "http://10.0.0.1", "10.0.0.256", "10.0.0.1:8600\n", "a b", "10.0.0.1;10.0.0.2", "ü",
        ]
    )
    func `An invalid nameserver variable is refused, and the error names the variable`(value: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try nameservers(value) }
        #expect(error?.setting == "CONSUL_DNS_ADDR")
        #expect(error?.description.hasPrefix("CONSUL_DNS_ADDR: ") == true)
    }

    @Test func `The variables of a source that the strategy leaves out are not read`() throws {
        typealias Configuration = ServiceResolver.Configuration
        let environment = ["CONSUL_DNS_ADDR": "10.0.0.1", "CONSUL_HTTP_ADDR": "nonsense://"]
        let configuration = try Configuration(environment: environment, strategy: .dns)
        #expect(configuration.strategy == .dns)
        #expect(configuration.dns.nameservers.map(\.description) == ["10.0.0.1:8600"])
        for strategy in [Configuration.Strategy.automatic, .http] {
            let error = #expect(throws: ConfigurationError.self) {
                try Configuration(environment: environment, strategy: strategy)
            }
            #expect(error?.setting == "CONSUL_HTTP_ADDR")
        }
        let other = ["CONSUL_DNS_ADDR": "nonsense:", "CONSUL_HTTP_ADDR": "10.0.0.1:8500"]
        #expect(
            try Configuration(environment: other, strategy: .http).http.address.description == "http://10.0.0.1:8500"
        )
    }
}
