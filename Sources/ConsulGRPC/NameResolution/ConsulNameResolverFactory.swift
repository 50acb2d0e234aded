// SPDX-License-Identifier: Apache-2.0

#if GRPC

public import ConsulResolver
import DNSWire
public import GRPCCore
public import GRPCNIOTransportHTTP2Posix
import ResolutionModel

/// A factory of name resolvers, with which the transports of grpc-swift resolve services of Consul.
///
/// ```swift
/// var registry = NameResolverRegistry.defaults
/// registry.registerFactory(ConsulNameResolverFactory(resolver))
/// let transport = try HTTP2ClientTransport.Posix(
///     target: .consul(service: "web"),
///     transportSecurity: .plaintext,
///     resolverRegistry: registry
/// )
/// ```
///
/// A name resolver pushes the addresses of a service's healthy instances to the transport: at first, and whenever they
/// change. Each instance is an endpoint of its own, and calls go to all of them in turn.
///
/// - Only instances of the lowest SRV priority are pushed, because grpc-swift knows no priorities. Nor does it know
///   weights: ``BalancedTransport`` honors both.
/// - An instance that is registered with the name of a host is left out, because grpc-swift takes addresses only.
/// - Until there are addresses to push, the name resolver throws an `RPCError` with the code `unavailable` and the
///   reason, which fails the calls that do not wait for the transport to be ready, and the transport asks again. After
///   that it never throws and never pushes an empty list: while Consul cannot be queried, and while it knows no healthy
///   instance, the last addresses stay in use.
/// - The authority, which is also the name that TLS verifies, is the service's name in Consul's domain:
///   `web.service.consul`. The transport's setting `http2.authority` takes precedence.
public struct ConsulNameResolverFactory: NameResolverFactory, Sendable {
    private let resolver: ServiceResolver
    private let mode: ConsulService.UpdateMode
    private let serviceConfig: ServiceConfig

    /// Creates a factory.
    ///
    /// - Parameters:
    ///   - resolver: The resolver that finds the instances. The factory does not shut it down. After its shutdown, the
    ///     last addresses stay in use.
    ///   - mode: The mode of detecting changes. Default `watch`, which detects them within milliseconds.
    ///   - serviceConfig: The service config that comes with the addresses, and that replaces the transport's own.
    ///     Without a load balancing config it gets round robin: grpc-swift's own default sends all calls to one
    ///     instance.
    public init(
        _ resolver: ServiceResolver,
        updating mode: ConsulService.UpdateMode = .watch,
        serviceConfig: ServiceConfig = ServiceConfig()
    ) {
        self.resolver = resolver
        self.mode = mode
        var serviceConfig = serviceConfig
        if serviceConfig.loadBalancingConfig.isEmpty { serviceConfig.loadBalancingConfig = [.roundRobin] }
        self.serviceConfig = serviceConfig
    }

    /// Returns a name resolver for a service. It queries Consul while a transport uses it.
    public func resolver(for target: ResolvableTargets.Consul) -> NameResolver {
        let service = resolver.service(target.request, updating: mode)
        return NameResolver(
            names: RPCAsyncSequence(wrapping: ResolvedNames(service: service, serviceConfig: serviceConfig)),
            updateMode: .push,
            authority: service.authority
        )
    }
}

extension ResolvableTargets {
    /// A service of Consul as the target of a transport, for registries with a ``ConsulNameResolverFactory``.
    public struct Consul: ResolvableTarget, Sendable {
        /// The service, and the conditions for its instances.
        public var request: ServiceRequest

        /// Creates a target.
        public init(_ request: ServiceRequest) {
            self.request = request
        }
    }
}

extension ResolvableTarget where Self == ResolvableTargets.Consul {
    /// Returns a service of Consul as a target: `.consul(service: "web")`.
    ///
    /// - Parameter request: The service, and the conditions for its instances. A string literal is a service's name.
    public static func consul(service request: ServiceRequest) -> Self { Self(request) }
}

extension ConsulService {
    /// The service's name in Consul's domain, without tag and datacenter: `web.service.consul`, `nearest.query.consul`
    /// for a prepared query. A certificate for the service has this name, whichever instances are asked for.
    var authority: String {
        let kind = request.kind == .preparedQuery ? "query" : "service"
        let name = "\(request.name).\(kind).\(domain)"
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}

#endif
