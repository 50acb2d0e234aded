// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import LoadBalancing
import NIOConcurrencyHelpers
public import NIOCore
public import NIOPosix
import NetworkAddress
import ResolutionModel
import ResolverSupport

/// A resolver for SwiftNIO's bootstraps, with which a host is the name of a service.
///
/// ```swift
/// let channel = try await ClientBootstrap(group: group)
///     .resolver(ServiceAddressResolver(resolver))
///     .connect(host: "web", port: 0)
///     .get()
/// ```
///
/// The bootstrap tries the addresses in the order in which the service's balancer picks them, each with the port that
/// it is registered with; the port of the bootstrap counts for endpoints without one. A new attempt begins when the
/// last one has failed or has taken 250 ms. At most eight endpoints are tried.
///
/// A host is the name of a service (`web`) or a name in Consul's domain (`v2.web.service.dc2.consul`). Addresses pass
/// unchanged. Endpoints that are registered with a host name are left out.
///
/// NIO reports no result of a connection to its resolver, so the balancer does not learn of failures here. Code that
/// wants that connects inside ``ConsulService/withEndpoint(_:attempts:classifying:_:)``, to `Endpoint.socketAddress`.
///
/// A lookup that is no longer needed is not canceled, because NIO does not say which one that is: it ends within
/// ``/ResolutionModel/ResolverConfiguration/timeout``, and its answer goes into the cache.
public final class ServiceAddressResolver: Resolver, Sendable {
    private let services: NIOLockedValueBox<BoundedTable<String, ConsulService>>
    private let makeService: @Sendable (String) -> ConsulService
    private let group: any EventLoopGroup

    /// The number of endpoints that a connection tries at most.
    private static let mostEndpoints = 8

    /// Creates a resolver for any number of bootstraps and connections.
    ///
    /// - Parameters:
    ///   - resolver: The resolver of services.
    ///   - group: The event loops on which lookups are reported.
    ///   - makeService: Returns the service for a host; by default the one that the host names, followed by polling.
    ///     It is called for each new host, and the service is kept for later connections. The 257th host replaces
    ///     another one.
    public init(
        _ resolver: ServiceResolver,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        makingService makeService: (@Sendable (_ host: String) -> ConsulService)? = nil
    ) {
        services = NIOLockedValueBox(BoundedTable(capacity: 256))
        let domain = resolver.configuration.dns.domain
        self.makeService = makeService ?? { resolver.service(ServiceRequest(host: $0, domain: domain)) }
        self.group = group
    }

    /// Returns the addresses of the service, those of IPv6 included: NIO would merge two lists by family, and lose the
    /// order of the balancer.
    ///
    /// The future fails with a `PickError` if there is no endpoint, and with the errors of
    /// ``ConsulService/ready(timeout:)``. The error of the bootstrap contains it as `dnsAError`.
    public func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        let promise = group.any().makePromise(of: [SocketAddress].self)
        promise.completeWithTask { try await self.addresses(of: host, port: port) }
        return promise.futureResult
    }

    /// Returns no addresses: ``initiateAQuery(host:port:)`` returns all of them.
    public func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        group.any().makeSucceededFuture([])
    }

    /// Does nothing: see the description of this type.
    public func cancelQueries() {}

    private func addresses(of host: String, port: Int) async throws -> [SocketAddress] {
        if let address = try? SocketAddress(ipAddress: host, port: port) { return [address] }
        let service = service(for: host)
        try await service.ready()
        var addresses: [SocketAddress] = []
        var options = PickOptions()
        repeat {
            let endpoint = try service.pick(options).endpoint
            // Once all endpoints are excluded, picks return them again.
            if options.excluded.contains(endpoint.hostPort) { break }
            options.excluded.append(endpoint.hostPort)
            if let address = endpoint.address(defaultPort: port) { addresses.append(address) }
        } while options.excluded.count < Self.mostEndpoints
        guard !addresses.isEmpty else {
            let message = "the endpoints of \(host) are host names; NIO's resolver of Consul services needs addresses"
            throw PickError(code: .empty, message: message)
        }
        return addresses
    }

    private func service(for host: String) -> ConsulService {
        if let service = services.withLockedValue({ $0[host] }) { return service }
        let service = makeService(host)
        // Another connection to the same host may have been faster.
        return services.withLockedValue { $0.insert(service, for: host) }
    }
}

extension Endpoint {
    fileprivate func address(defaultPort: Int) -> SocketAddress? {
        guard port == 0, var address = socketAddress else { return socketAddress }
        address.port = defaultPort
        return address
    }
}

extension ServiceRequest {
    /// Creates the request that a host means: a name in Consul's domain, or the name of a service.
    init(host: String, domain: DomainName) {
        let reading = (try? DomainName(host)).flatMap { ConsulNameReading($0, domain: domain) }
        let locality = reading?.locality ?? .local
        self =
            switch reading?.subject {
            case .service(let name, let tag): ServiceRequest(name, tags: tag.map { [$0] } ?? [], in: locality)
            case .connect(let name): .connect(name, in: locality)
            case .ingress(let name): .ingress(name, in: locality)
            case .preparedQuery(let name): .preparedQuery(name, in: locality)
            case .node, .other, nil: ServiceRequest(host)
            }
    }
}
