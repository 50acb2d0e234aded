// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Whom a ``ConsulHTTPClient`` asks, and how.
    ///
    /// Nothing that prints a configuration shows a token or a password.
    public struct Configuration: Sendable {
        /// The agent. Default `http://127.0.0.1:8500`.
        ///
        /// Proxies for the web (`HTTP_PROXY`, `HTTPS_PROXY`) are not used, not even if the environment names them: the
        /// agent is on this machine or near it, and a token has no business at a proxy that somebody set up for
        /// something else.
        public var address: ConsulHTTPAddress = .local

        /// Where ACL tokens come from. Default ``TokenSource/none``.
        public var token: TokenSource = .none

        /// How the agent is told from an impostor, where ``address`` asks for TLS.
        public var tls = TLS()

        /// What a reverse proxy in front of the agent wants to see. Default `nil`.
        public var basicAuthentication: BasicCredentials?

        /// The datacenter of requests that name none. Default `nil`: the agent's.
        public var datacenter: String?

        /// The namespace of requests that name none (Consul Enterprise). Default `nil`: the token's.
        public var namespace: String?

        /// The admin partition of requests that name none (Consul Enterprise). Default `nil`: the agent's.
        public var partition: String?

        /// How long it may take to be connected, TLS included. Default 1 s, at least 1 ms, at most a year.
        public var connectTimeout: Duration = .seconds(1)

        /// How long a request may take that says nothing else: everything from the wait for a connection to the last
        /// byte of the answer, with all repetitions. Default 10 s: Consul looks for a leader for 7 s before it says that
        /// there is none. At most a year.
        public var requestTimeout: Duration = .seconds(10)

        /// How many connections there may be.
        public var connections = Connections()

        /// The most that a body may hold, after decompression, in bytes. Default 64 MiB, at least 1 KiB.
        public var maximumBodySize = 64 << 20

        /// Whether answers may come compressed. Default ``Compression/automatic``.
        public var compression: Compression = .automatic

        /// Whether reads that failed are asked again.
        public var retry = RetryPolicy()

        /// The defaults: an agent on this machine, without TLS and without a token.
        public init() {}
    }
}

extension ConsulHTTPClient.Configuration {
    /// How many connections there may be.
    ///
    /// An agent takes 200 from one address (`limits.http_max_conns_per_client`) and resets the others, those of every other
    /// process on this machine as well; hence the defaults, with which a client has fewer than 150.
    ///
    /// A request that its caller gives up counts as under way until the agent has answered it, for 15 seconds at most: until
    /// then, the agent counts its connection, too.
    public struct Connections: Hashable, Sendable {
        /// Connections for requests that are answered at once; more requests than that wait in order. Default 8, at
        /// least 1.
        ///
        /// There are as many again for the plain reads of watches. Requests that name a datacenter other than
        /// ``ConsulHTTPClient/Configuration/datacenter`` have four for each, and 28 altogether, so that a datacenter that
        /// hangs stands in the way of no other.
        public var control = 8

        /// Blocking queries at the same time. They have connections of their own: one that waits for a change must
        /// never stand in the way of a session's renewal. Default 100, at least 0.
        public var longPolls = 100

        /// How long a connection that is not used is kept. Default 60 s, at most a year.
        public var idleTimeout: Duration = .seconds(60)

        /// The defaults.
        public init() {}
    }

    /// Whether answers may come compressed.
    public struct Compression: Hashable, Sendable {
        private enum Base { case automatic, always, never }

        private let base: Base

        /// Gzip from another machine, which makes answers some twenty times smaller; nothing on this one, where it takes
        /// longer than it saves.
        public static let automatic = Compression(base: .automatic)
        /// Gzip, wherever the agent is.
        public static let always = Compression(base: .always)
        /// Never.
        public static let never = Compression(base: .never)

        func isUsed(for address: ConsulHTTPAddress) -> Bool {
            switch base {
            case .automatic: !address.isLocal
            case .always: true
            case .never: false
            }
        }
    }
}
