// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import NIOSSL
import NetworkAddress
import ResolverSupport

/// The settings of AsyncHTTPClient that implement a configuration.
struct ConnectionPlan: Sendable {
    private let configuration: ConsulHTTPConfiguration
    private let tls: TLSConfiguration?

    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tls`` for invalid certificate or key files.
    init(_ configuration: ConsulHTTPConfiguration) throws(ConsulHTTPError) {
        self.configuration = configuration
        tls = configuration.address.usesTLS ? try configuration.tls.configuration() : nil
    }

    /// Returns the maximum number of concurrent requests of a kind.
    func limit(of kind: ConnectionPools.Kind) -> Int {
        switch kind {
        case .control: controlLimits.total
        case .longPoll: min(max(0, configuration.connections.longPolls), Self.most)
        case .fresh: 2 * controlLimits.hedges
        }
    }

    /// The maximum number of concurrent requests that are answered at once, by lanes.
    var controlLimits: Permits.Limits {
        Permits.Limits(own: min(max(1, configuration.connections.control), Self.most))
    }

    /// More connections than any agent accepts, and small enough that no sum overflows.
    private static let most = 1 << 20

    func pool(_ kind: ConnectionPools.Kind) -> HTTPClient.Configuration {
        var pool = HTTPClient.Configuration()
        pool.tlsConfiguration = tls
        pool.dnsOverride = serverNameOverride
        if let requiredName, configuration.tls.verifiesServer {
            pool.tlsConfiguration?.certificateVerification = requiredName.verification
            // Despite the word "debug" in its name, an error of this initializer fails the connection.
            pool.http1_1ConnectionDebugInitializer = { requiredName.check($0) }
        }
        // Bounds the wait for a server that sends no TLS `close_notify`.
        pool.tlsConfiguration?.shutdownTimeout = .milliseconds(500)
        // Consul redirects paths that are not clean, and a change that follows a redirect can turn into a read.
        pool.redirectConfiguration = .disallow
        // The same protocol for plain text and TLS, with one connection for each request in flight.
        pool.httpVersion = .http1Only
        pool.timeout.connect = TimeAmount(max(configuration.connectTimeout.bounded, .milliseconds(1)))
        pool.connectionPool.idleTimeout = TimeAmount(configuration.connections.idleTimeout.bounded)
        // The client's permits are the only limit. Waiting inside AsyncHTTPClient ends with the connect timeout, and
        // would be reported as an agent that cannot be reached. A connection that is being closed still counts for a
        // moment, hence twice as many.
        pool.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2 * limit(of: kind) + 16
        // A refused connection fails at once; the retry policy decides whether to repeat the request.
        pool.connectionPool.retryConnectionEstablishment = false
        if compresses { pool.decompression = .enabled(limit: .size(maximumBodySize)) }
        // A tracing span for each blocking query would last a minute and carry no information.
        pool.tracing.tracer = nil
        return pool
    }

    /// True if answers may be compressed. The limit is a size and not a ratio: Consul's answers compress better than
    /// any decompression bomb needs to.
    var compresses: Bool { configuration.compression.isUsed(for: configuration.address) }

    var maximumBodySize: Int { max(configuration.maximumBodySize, 1024) }

    /// The URL before the path of every request.
    var origin: String {
        switch configuration.address.location {
        case .unixSocket(let path): "http+unix://" + PercentEncoding.encode(path)
        case .network(let hostPort):
            if let requiredName {
                "https://\(requiredName.name):\(hostPort.port)" + configuration.address.pathPrefix
            } else {
                configuration.address.description
            }
        }
    }

    /// The value of the `Host` field: the address that the request is sent to, even if the certificate has another
    /// name. Consul refuses requests without this field, which AsyncHTTPClient omits on unix sockets.
    var hostField: String {
        switch configuration.address.location {
        case .unixSocket: "localhost"
        case .network(let hostPort): hostPort.description
        }
    }

    /// The name that the certificate must have; `nil` for an IP address, which NIOSSL compares itself.
    ///
    /// AsyncHTTPClient has no setting for it. Instead, the URL contains the required name, and `dnsOverride` maps it to
    /// the real host.
    private var requiredName: RequiredName? {
        guard configuration.address.usesTLS, case .network(let hostPort) = configuration.address.location else {
            return nil
        }
        if let name = configuration.tls.serverName { return RequiredName(name) }
        if case .name(let name) = hostPort.host { return RequiredName(name) }
        return nil
    }

    private var serverNameOverride: [String: String] {
        guard let requiredName, case .network(let hostPort) = configuration.address.location else { return [:] }
        return [requiredName.name: hostPort.host.description]
    }
}
