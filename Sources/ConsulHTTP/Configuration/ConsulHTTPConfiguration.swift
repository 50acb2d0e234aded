// SPDX-License-Identifier: Apache-2.0

/// The address of the agent and the settings of a ``ConsulHTTPClient``.
///
/// Printing a configuration shows neither tokens nor passwords.
public struct ConsulHTTPConfiguration: Sendable {
    /// The address of the agent. Default `http://127.0.0.1:8500`.
    ///
    /// The client ignores web proxies (`HTTP_PROXY`, `HTTPS_PROXY`): the agent is on this machine or near it, and a
    /// token must not be sent to a proxy that was set up for another purpose.
    public var address: ConsulHTTPAddress = .local

    /// The source of ACL tokens. Default ``TokenSource/none``.
    public var token: TokenSource = .none

    /// The TLS settings, used if ``address`` has TLS.
    public var tls = TLS()

    /// Credentials for a reverse proxy in front of the agent. Default `nil`.
    public var basicAuthentication: BasicCredentials?

    /// The datacenter of requests without one. Default `nil`: the datacenter of the agent.
    public var datacenter: String?

    /// The namespace of requests without one (Consul Enterprise). Default `nil`: the namespace of the token.
    public var namespace: String?

    /// The admin partition of requests without one (Consul Enterprise). Default `nil`: the partition of the agent.
    public var partition: String?

    /// The time limit for connecting, TLS handshake included. Default 1 s, at least 1 ms, at most a year.
    public var connectTimeout: Duration = .seconds(1)

    /// The time limit of a request without one of its own: from the wait for a connection to the last byte of the
    /// answer, with all retries. Default 10 s, because Consul waits up to 7 s for a leader before it answers that
    /// there is none. At most a year.
    public var requestTimeout: Duration = .seconds(10)

    /// The limits of the connection pools.
    public var connections = Connections()

    /// The maximum size of a body in bytes, after decompression. Default 64 MiB, at least 1 KiB.
    public var maximumBodySize = 64 << 20

    /// The compression of answers. Default ``Compression/automatic``.
    package var compression: Compression = .automatic

    /// The retries of failed reads.
    public var retry = RetryPolicy()

    /// Creates the default configuration: an agent on this machine, without TLS and without a token.
    public init() {}
}

extension ConsulHTTPConfiguration {
    /// The limits of the connection pools.
    ///
    /// An agent accepts 200 connections from one address (`limits.http_max_conns_per_client`), those of other processes
    /// on the same machine included, and resets further ones. With the defaults, a client opens fewer than 160.
    ///
    /// A request that its caller abandons stays in the count until the agent has answered it, for 15 seconds at most:
    /// until then, the agent counts its connection as well.
    public struct Connections: Hashable, Sendable {
        /// The maximum number of concurrent requests that are answered at once; further requests wait in order. Default
        /// 8, at least 1.
        ///
        /// The non-blocking reads of watches have the same number again. The renewals of sessions and checks have three,
        /// and reads that are sent again because the first one is silent have four. Requests that name a datacenter
        /// other than ``ConsulHTTPConfiguration/datacenter`` have four for each datacenter, and 28 in total, so that a
        /// datacenter that does not respond delays no other.
        public var control = 8

        /// The maximum number of concurrent blocking queries. They have connections of their own, so that a query that
        /// waits for a change never delays the renewal of a session. Default 100, at least 0.
        public var longPolls = 100

        /// The time after which an idle connection is closed. Default 60 s, at most a year.
        public var idleTimeout: Duration = .seconds(60)

        /// Creates the default limits.
        package init() {}
    }

    /// The compression of answers.
    package enum Compression: Hashable, Sendable {
        /// Gzip from an agent on another machine, where answers become some twenty times smaller. No compression from
        /// an agent on this machine, where compression takes longer than it saves.
        case automatic
        /// Gzip, from any agent.
        case always
        /// No compression.
        case never

        func isUsed(for address: ConsulHTTPAddress) -> Bool {
            switch self {
            case .automatic: !address.isLocal
            case .always: true
            case .never: false
            }
        }
    }
}
