// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The address of an agent's HTTP API: a host and a port, or a unix socket, with or without TLS.
public struct ConsulHTTPAddress: Hashable, Sendable {
    /// The endpoint that the client connects to.
    package enum Location: Hashable, Sendable {
        /// A TCP port.
        case network(HostPort)
        /// A unix domain socket. TLS is not possible here: a socket has no name for a certificate to match.
        case unixSocket(path: String)
    }

    /// The endpoint that the client connects to.
    package let location: Location

    /// True if the connection uses TLS.
    package internal(set) var usesTLS: Bool

    /// The prefix before `/v1` in every path, for an agent behind a reverse proxy. Percent-encoded; either empty or
    /// with a leading slash and no trailing one.
    package let pathPrefix: String

    /// The port of an agent's HTTP API unless its configuration sets another. An address parsed from text without a
    /// port uses a different default: see ``init(_:)``.
    package static let defaultPort: UInt16 = 8500

    /// An agent on this machine: `http://127.0.0.1:8500`.
    public static let local = ConsulHTTPAddress(
        HostPort(host: .address(.v4(.loopback)), port: defaultPort),
        usesTLS: false
    )

    /// Creates the address of a TCP port.
    public init(_ hostPort: HostPort, usesTLS: Bool) {
        self.init(location: .network(hostPort), usesTLS: usesTLS)
    }

    init(location: Location, usesTLS: Bool = false, pathPrefix: String = "") {
        self.location = location
        self.usesTLS = usesTLS
        self.pathPrefix = pathPrefix
    }

    /// True if the agent is on this machine. Host names are not resolved; `localhost` counts as local.
    var isLocal: Bool {
        switch location {
        case .unixSocket: true
        case .network(let hostPort):
            switch hostPort.host {
            case .address(let address): address.isLoopback
            case .name(let name): name.lowercased() == "localhost"
            }
        }
    }
}

extension ConsulHTTPAddress: CustomStringConvertible {
    /// The address as a URL that ``init(_:)`` parses.
    public var description: String {
        switch location {
        case .network(let hostPort): "\(usesTLS ? "https" : "http")://\(hostPort)\(pathPrefix)"
        case .unixSocket(let path): "unix://\(path)"
        }
    }
}
