// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

@testable import ConsulHTTP

struct EnvironmentTests {
    private typealias Configuration = ConsulHTTPClient.Configuration

    @Test
    func `The default configuration is for an agent on this machine`() throws {
        let empty = Dictionary(uniqueKeysWithValues: Configuration.environmentVariables.map { ($0, "") })
        for environment in [[:], empty] {
            let configuration = try Configuration(environment: environment)
            #expect(configuration.address == .local)
            #expect(configuration.tls == Configuration.TLS())
            #expect(configuration.basicAuthentication == nil)
            guard case .none = configuration.token.source else { return #expect(Bool(false), "a token from nowhere") }
        }
    }

    // Q3
    @Test func `A configuration is read from all of Consul's variables (Q3)`() throws {
        let configuration = try Configuration(environment: [
            "CONSUL_HTTP_ADDR": "https://consul.local:8501", "CONSUL_CACERT": "/ca.pem", "CONSUL_CAPATH": "/ca",
            "CONSUL_CLIENT_CERT": "/c.pem", "CONSUL_CLIENT_KEY": "/k.pem",
            "CONSUL_TLS_SERVER_NAME": "server.dc1.consul",
            "CONSUL_HTTP_SSL_VERIFY": "0", "CONSUL_HTTP_AUTH": "user:pass:word", "CONSUL_NAMESPACE": "team",
            "CONSUL_PARTITION": "east",
        ])
        #expect(configuration.address.description == "https://consul.local:8501")
        var tls = Configuration.TLS()
        tls.trustRoots = .file("/ca.pem")
        tls.clientCertificate = Configuration.TLS.ClientCertificate(certificateFile: "/c.pem", privateKeyFile: "/k.pem")
        tls.serverName = "server.dc1.consul"
        tls.verifiesServer = false
        #expect(configuration.tls == tls)
        #expect(configuration.basicAuthentication == BasicCredentials(username: "user", password: "pass:word"))
        #expect(configuration.namespace == "team")
        #expect(configuration.partition == "east")
    }

    @Test(
        arguments: [
            ("https://a:1", "", true), ("https://a:1", "false", true), ("http://a:1", "true", true), ("a:1", "1", true),
            ("", "T", true), ("http://a:1", "false", false), ("a:1", "0", false), ("unix:///a", "F", false),
        ]
    )
    func `A configuration uses TLS if the address or the flag requires it`(address: String, flag: String, usesTLS: Bool)
        throws
    {
        let environment = ["CONSUL_HTTP_ADDR": address, "CONSUL_HTTP_SSL": flag]
        let configuration = try Configuration(environment: environment)
        #expect(configuration.address.usesTLS == usesTLS)
        #expect(configuration.tls.verifiesServer)
    }

    @Test(
        arguments: [
            ("agent", "", 80), ("agent", "1", 443), ("http://agent", "1", 443), ("https://agent", "0", 443),
            ("agent:8500", "1", 8500), (":8501", "1", 8501), ("", "1", 8500),
        ]
    )
    func `A missing port is that of the scheme, as in Consul`(address: String, flag: String, port: UInt16) throws {
        let environment = ["CONSUL_HTTP_ADDR": address, "CONSUL_HTTP_SSL": flag]
        guard case .network(let hostPort) = try Configuration(environment: environment).address.location else {
            return #expect(Bool(false), "not a port")
        }
        #expect(hostPort.port == port)
    }

    @Test func `The token file takes precedence over the token`() throws {
        let both = try Configuration(environment: ["CONSUL_HTTP_TOKEN": "t", "CONSUL_HTTP_TOKEN_FILE": "/f"])
        guard case .file("/f") = both.token.source else { return #expect(Bool(false), "not the file") }
        let one = try Configuration(environment: ["CONSUL_HTTP_TOKEN": "t"])
        guard case .value(Secret("t")) = one.token.source else { return #expect(Bool(false), "not the token") }
    }

    @Test(
        arguments: [
            (["CONSUL_HTTP_ADDR": "ftp://a"], "CONSUL_HTTP_ADDR"),
            (["CONSUL_HTTP_SSL": "yes"], "CONSUL_HTTP_SSL"),
            (["CONSUL_HTTP_SSL": " true"], "CONSUL_HTTP_SSL"),
            (["CONSUL_HTTP_SSL": "1", "CONSUL_HTTP_ADDR": "unix:///a"], "CONSUL_HTTP_SSL"),
            (["CONSUL_HTTP_SSL_VERIFY": "no"], "CONSUL_HTTP_SSL_VERIFY"),
            (["CONSUL_CLIENT_CERT": "/c"], "CONSUL_CLIENT_KEY"),
            (["CONSUL_CLIENT_KEY": "/k"], "CONSUL_CLIENT_CERT"),
            (["CONSUL_TLS_SERVER_NAME": "10.0.0.1"], "CONSUL_TLS_SERVER_NAME"),
            (["CONSUL_HTTP_TOKEN": "hunter2\n"], "CONSUL_HTTP_TOKEN"),
            (["CONSUL_HTTP_AUTH": ":hunter2"], "CONSUL_HTTP_AUTH"),
        ]
    )
    func `An invalid variable is refused, and the error names it`(environment: [String: String], variable: String) {
        let error = #expect(throws: ConfigurationError.self) { try Configuration(environment: environment) }
        #expect(error?.setting == variable)
        #expect(error?.description.hasPrefix("\(variable): ") == true)
        #expect(error?.description.contains("hunter2") == false)
    }
}
