// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPConfiguration {
    /// The environment variables that ``init(environment:)`` reads; Consul's own command line reads the same ones.
    package static let environmentVariables = EnvironmentVariable.allCases.map(\.rawValue)

    /// Creates a configuration from the defaults and the environment.
    ///
    /// - `CONSUL_HTTP_ADDR`: see ``ConsulHTTPAddress/init(_:)``. `https://` turns TLS on. The default port is 80, or
    ///   443 with TLS; `:8500` is that port of this machine.
    /// - `CONSUL_HTTP_SSL`: turns TLS on, whatever scheme the address has; it never turns TLS off.
    /// - `CONSUL_HTTP_SSL_VERIFY`: `false` turns off the verification of the agent's certificate.
    /// - `CONSUL_CACERT`, `CONSUL_CAPATH`: the trusted authorities, as a file or as a directory; the file takes
    ///   precedence.
    /// - `CONSUL_CLIENT_CERT`, `CONSUL_CLIENT_KEY`: the client's certificate and its key; set both or neither.
    /// - `CONSUL_TLS_SERVER_NAME`: the name that the agent's certificate must have.
    /// - `CONSUL_HTTP_TOKEN_FILE`, `CONSUL_HTTP_TOKEN`: the token; the file takes precedence.
    /// - `CONSUL_HTTP_AUTH`: `user:password`, or `user`.
    /// - `CONSUL_NAMESPACE`, `CONSUL_PARTITION`: the namespace and the partition of Consul Enterprise.
    ///
    /// - Parameter environment: Names and values. An empty value counts as absent.
    /// - Throws: ``ConfigurationError`` for an invalid value. Invalid values are not ignored, unlike in Consul's own
    ///   client, which turns verification off when it cannot parse `CONSUL_HTTP_SSL_VERIFY`. Files are not read yet.
    public init(environment: [String: String]) throws(ConfigurationError) {
        self.init()
        address = try Self.address(environment)
        token = try Self.token(environment)
        tls = try Self.tls(environment)
        basicAuthentication = try Self.basicAuthentication(environment)
        namespace = environment[.namespace]
        partition = environment[.partition]
    }

    private static func address(_ environment: [String: String]) throws(ConfigurationError) -> ConsulHTTPAddress {
        let usesTLS = try environment.flag(.usesTLS) ?? false
        var address = ConsulHTTPAddress.local
        if let text = environment[.address] {
            do throws(ConsulHTTPAddressError) {
                address = try ConsulHTTPAddress(text, usesTLS: usesTLS)
            } catch {
                throw EnvironmentVariable.address.error(error.message)
            }
        }
        if usesTLS {
            if case .unixSocket = address.location {
                throw EnvironmentVariable.usesTLS.error(
                    "a unix socket has no TLS; unset it, or set a host and port in CONSUL_HTTP_ADDR"
                )
            }
            address.usesTLS = true
        }
        return address
    }

    private static func token(_ environment: [String: String]) throws(ConfigurationError) -> TokenSource {
        if let path = environment[.tokenFile] { return .file(path) }
        guard let token = environment[.token] else { return .none }
        guard Secret(token).isHeaderSafe else {
            throw EnvironmentVariable.token.error(
                "it contains characters that are not allowed in a token, such as spaces; write the token alone"
            )
        }
        return .value(token)
    }

    private static func tls(_ environment: [String: String]) throws(ConfigurationError) -> TLS {
        var tls = TLS()
        if let path = environment[.authorityFile] {
            tls.trustRoots = .file(path)
        } else if let path = environment[.authorityDirectory] {
            tls.trustRoots = .directory(path)
        }
        switch (environment[.clientCertificate], environment[.clientKey]) {
        case (nil, nil): break
        case (let certificate?, let key?):
            tls.clientCertificate = TLS.ClientCertificate(certificateFile: certificate, privateKeyFile: key)
        case (_?, nil):
            throw EnvironmentVariable.clientKey.error("it is not set, but CONSUL_CLIENT_CERT is; set both or neither")
        case (nil, _?):
            throw EnvironmentVariable.clientCertificate.error(
                "it is not set, but CONSUL_CLIENT_KEY is; set both or neither"
            )
        }
        if let name = environment[.serverName] {
            guard TLS.isServerName(name) else {
                throw EnvironmentVariable.serverName.error(
                    "\"\(name)\" is not a host name; write for example server.dc1.consul"
                )
            }
            tls.serverName = name
        }
        tls.verifiesServer = try environment.flag(.verifiesServer) ?? true
        return tls
    }

    private static func basicAuthentication(
        _ environment: [String: String]
    ) throws(ConfigurationError) -> BasicCredentials? {
        guard let text = environment[.basicAuthentication] else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts[0].isEmpty else {
            throw EnvironmentVariable.basicAuthentication.error("it has no user name; write user:password, or user")
        }
        return BasicCredentials(username: String(parts[0]), password: parts.count > 1 ? String(parts[1]) : "")
    }
}
