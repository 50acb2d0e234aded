// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// Where an agent's HTTP API is: a host and a port or a unix socket, with or without TLS.
public struct ConsulHTTPAddress: Hashable, Sendable {
    /// What is connected to.
    public enum Location: Hashable, Sendable {
        /// A TCP port.
        case network(HostPort)
        /// A unix domain socket. TLS is not possible on it: there is no name that a certificate could be for.
        case unixSocket(path: String)
    }

    /// What is connected to.
    public let location: Location

    /// Whether everything is said under TLS.
    public internal(set) var usesTLS: Bool

    /// What stands before `/v1` in every path, for an agent behind a reverse proxy: empty, or with a slash in front and
    /// none behind. Percent-encoded.
    public let pathPrefix: String

    /// The port of an agent's HTTP API, unless its configuration says something else. An address that is read from text
    /// without a port has another one: see ``init(_:)``.
    public static let defaultPort: UInt16 = 8500

    /// An agent on this machine: `http://127.0.0.1:8500`.
    public static let local = ConsulHTTPAddress(
        HostPort(host: .address(.v4(.loopback)), port: defaultPort),
        usesTLS: false
    )

    /// The address of a TCP port.
    public init(_ hostPort: HostPort, usesTLS: Bool) {
        self.init(location: .network(hostPort), usesTLS: usesTLS)
    }

    init(location: Location, usesTLS: Bool = false, pathPrefix: String = "") {
        self.location = location
        self.usesTLS = usesTLS
        self.pathPrefix = pathPrefix
    }

    /// Whether the way to the agent ends on this machine. A host name is not looked up, `localhost` is taken at its word.
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
    /// The address as a URL, which ``init(_:)`` reads back.
    public var description: String {
        switch location {
        case .network(let hostPort): "\(usesTLS ? "https" : "http")://\(hostPort)\(pathPrefix)"
        case .unixSocket(let path): "unix://\(path)"
        }
    }
}
