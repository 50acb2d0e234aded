// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import NIOSSL
import NetworkAddress

/// How a configuration is told to AsyncHTTPClient.
struct ConnectionPlan: Sendable {
    private let configuration: ConsulHTTPClient.Configuration
    private let tls: TLSConfiguration?

    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tls`` for files that are not what they should be.
    init(_ configuration: ConsulHTTPClient.Configuration) throws(ConsulHTTPError) {
        self.configuration = configuration
        tls = configuration.address.usesTLS ? try configuration.tls.configuration() : nil
    }

    /// How many requests of a kind there may be at a time.
    func limit(of kind: ConnectionPools.Kind) -> Int {
        switch kind {
        case .control: controlLimits.total
        case .longPoll: min(max(0, configuration.connections.longPolls), Self.most)
        }
    }

    /// How many requests that are answered at once there may be at a time, by lanes.
    var controlLimits: Permits.Limits {
        Permits.Limits(own: min(max(1, configuration.connections.control), Self.most))
    }

    /// More connections than any agent takes, few enough for every sum.
    private static let most = 1 << 20

    func pool(_ kind: ConnectionPools.Kind) -> HTTPClient.Configuration {
        var pool = HTTPClient.Configuration()
        pool.tlsConfiguration = tls
        pool.dnsOverride = serverNameOverride
        if let requiredName, configuration.tls.verifiesServer {
            pool.tlsConfiguration?.certificateVerification = requiredName.verification
            // Its name is about debugging, but what it fails with is what the connection fails with.
            pool.http1_1ConnectionDebugInitializer = { requiredName.check($0) }
        }
        // A server that does not say goodbye in TLS holds up nobody.
        pool.tlsConfiguration?.shutdownTimeout = .milliseconds(500)
        // Consul redirects where a path is not clean, and a change that follows a redirect can turn into a read.
        pool.redirectConfiguration = .disallow
        // One way for plain text and for TLS, with one connection for each request that is in flight.
        pool.httpVersion = .http1Only
        pool.timeout.connect = TimeAmount(max(configuration.connectTimeout.bounded, .milliseconds(1)))
        pool.connectionPool.idleTimeout = TimeAmount(configuration.connections.idleTimeout.bounded)
        // Our permits are the only limit: waiting here ends with the time for connecting, and would be told as an agent
        // that cannot be reached. A connection that is being closed still counts for a moment, hence twice as many.
        pool.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2 * limit(of: kind) + 16
        // A refused connection is known to be refused at once; the policy for retries knows what to do about it.
        pool.connectionPool.retryConnectionEstablishment = false
        if compresses { pool.decompression = .enabled(limit: .size(maximumBodySize)) }
        // A span for each blocking query would be a minute long and say nothing.
        pool.tracing.tracer = nil
        return pool
    }

    /// Whether answers may come compressed. A ratio is no limit here: what Consul says compresses better than any
    /// attack has to.
    var compresses: Bool { configuration.compression.isUsed(for: configuration.address) }

    var maximumBodySize: Int { max(configuration.maximumBodySize, 1024) }

    /// What stands before the path of every request.
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

    /// What the `Host` field says: where the request goes, also if the certificate is for another name. Consul refuses
    /// requests without the field, which AsyncHTTPClient leaves out on unix sockets.
    var hostField: String {
        switch configuration.address.location {
        case .unixSocket: "localhost"
        case .network(let hostPort): hostPort.description
        }
    }

    /// The name that the certificate must have; `nil` for an IP address, which NIOSSL compares itself.
    ///
    /// AsyncHTTPClient has no setting for it. Instead, it takes the name for the host, and the host for the place where it
    /// is found.
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
