// SPDX-License-Identifier: Apache-2.0

#if GRPC

public import ConsulResolver
public import GRPCCore
public import GRPCNIOTransportHTTP2Posix
public import NIOCore
public import NIOPosix
import NetworkAddress

extension ClientTransport where Self == BalancedTransport<HTTP2ClientTransport.Posix> {
    /// Creates a transport over HTTP/2 that sends each call to an endpoint that the service's balancer picks.
    ///
    /// The authority, which is also the name that TLS verifies, is the service's name in Consul's domain
    /// (`web.service.consul`), unless the config has another one. Endpoints with the name of a host instead of an address
    /// are looked up by the system.
    ///
    /// - Parameters:
    ///   - service: The service, with its policy and its mode of detecting changes. With `.watch`, calls follow a change
    ///     within milliseconds.
    ///   - transportSecurity: The security of the connections.
    ///   - config: The config of each connection. Default: that of grpc-swift, but with pauses of at most five seconds
    ///     between attempts to connect. The pause of two minutes there would outlast the balancer's own.
    ///   - serviceConfig: The settings of methods, such as timeouts and retries. Its load balancing config is ignored.
    ///   - eventLoopGroup: The event loops of the connections.
    /// - Throws: `RuntimeError` if certificates or keys cannot be loaded.
    public static func consul(
        _ service: ConsulService,
        transportSecurity: HTTP2ClientTransport.Posix.TransportSecurity,
        config: HTTP2ClientTransport.Posix.Config = .defaults { $0.backoff.max = .seconds(5) },
        serviceConfig: ServiceConfig = ServiceConfig(),
        eventLoopGroup: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    ) throws -> Self {
        var config = config
        config.http2.authority = config.http2.authority ?? service.authority
        let makeTransport: @Sendable (HostPort) throws -> HTTP2ClientTransport.Posix = { [config] place in
            try HTTP2ClientTransport.Posix(
                target: place.target,
                transportSecurity: transportSecurity,
                config: config,
                eventLoopGroup: eventLoopGroup
            )
        }
        // Faults of the settings are errors here, not those of calls. A transport opens no connection by itself.
        _ = try makeTransport(HostPort(host: .address(.v4(.loopback)), port: 1))
        return BalancedTransport(service, serviceConfig: serviceConfig) { try makeTransport($0.hostPort) }
    }
}

extension HostPort {
    fileprivate var target: any ResolvableTarget {
        switch host {
        case .address(.v4(let address)): .ipv4(address: address.description, port: Int(port))
        case .address(.v6(let address)): .ipv6(address: address.description, port: Int(port))
        case .name(let name): .dns(host: name, port: Int(port))
        }
    }
}

#endif
