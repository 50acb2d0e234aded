// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import DNSWire
import LoadBalancing
import NetworkAddress
import ResolutionModel

/// The conversion of entries of the HTTP API to the endpoints that Consul's DNS would return: the same addresses, the
/// same weights, each host and port once.
///
/// A pure value. It applies the health rule itself, so that one answer shows which instances are healthy and, if none
/// is, that unhealthy ones exist. It is used in two passes: ``aliases(of:)`` returns the names that need further
/// requests, and ``read(_:aliases:)`` takes their results and returns the endpoints.
struct HTTPEndpointBuilder {
    let health: ServiceRequest.HealthRule
    /// The domain of Consul's DNS.
    let domain: DomainName
    /// The name under which Consul's DNS has the entries; `nil` if it has none.
    var name: DomainName?
    /// True if Consul has already chosen among the tagged addresses: `translate_wan_addrs`, in another datacenter.
    var isTranslated = false
    /// The name of the port to use; `nil` for the default port.
    var port: String?

    /// The result of the conversion.
    struct Result {
        /// The healthy instances, in the order of the entries.
        package var endpoints: [Endpoint]
        /// The number of healthy instances left out because they have no usable address or port.
        package var unusable = 0
        /// True if further endpoints may exist behind names that could not be looked up.
        package var isPart = false
        /// The number of healthy instances that have no port of the requested name.
        var withoutPort = 0
    }

    /// Returns the names in Consul's domain that healthy instances have for addresses, each once.
    func aliases(of entries: [ServiceEntry]) -> [DomainName] {
        var seen: Set<DomainName> = []
        return AliasStep(targets: targets(of: entries).compactMap { $0 }).namesToFollow.filter {
            seen.insert($0).inserted
        }
    }

    /// Returns the targets that Consul's DNS would return for the healthy instances; `nil` for one that it cannot
    /// return.
    func targets(of entries: [ServiceEntry]) -> [ServiceInstance.Target?] {
        entries.filter(isHealthy).map(target(of:))
    }

    /// Converts the healthy entries to endpoints.
    ///
    /// - Parameter aliases: The results for ``aliases(of:)``.
    func read(_ entries: [ServiceEntry], aliases: AliasTable = AliasTable()) -> Result {
        var merger = EndpointMerger(capacity: entries.count)
        var result = Result(endpoints: [])
        for entry in entries where isHealthy(entry) {
            let target = target(of: entry)
            // "Decidedly not available here" (RFC 2782).
            if target == .unavailable { continue }
            guard port.map(entry.service.hasPort) ?? true else {
                result.withoutPort += 1
                continue
            }
            let places = places(of: target, aliases)
            if let port = entry.service.port(named: port) {
                for host in places.hosts { merger.add(endpoint(of: entry, at: host, port: port)) }
                if places.isUnusable { result.unusable += 1 }
                if !places.isWhole { result.isPart = true }
            } else {
                result.unusable += 1
            }
        }
        result.endpoints = merger.endpoints
        return result
    }

    private func isHealthy(_ entry: ServiceEntry) -> Bool { entry.isHealthy(onlyPassing: health == .passing) }

    private func places(of target: ServiceInstance.Target?, _ aliases: AliasTable) -> AliasTable.Places {
        switch target {
        case .address(let address, _):
            AliasTable.Places(hosts: address.canBeConnectedTo ? [.address(address)] : [])
        case .host(let host):
            AliasTable.Places(hosts: host.canBeConnectedTo ? [host] : [])
        case .node(_, _, let name), .consulName(let name, _):
            aliases.places(behind: name)
        case .invalid, .unavailable, nil:
            AliasTable.Places()
        }
    }

    private func endpoint(of entry: ServiceEntry, at host: Host, port: UInt16) -> Endpoint {
        var endpoint = Endpoint(host: host, port: port, weight: entry.weight, node: entry.node.name)
        endpoint.details = Endpoint.Details(
            id: entry.service.id,
            tags: entry.service.tags,
            status: Endpoint.Status(entry.aggregatedStatus),
            metadata: entry.service.meta,
            nodeMetadata: entry.node.meta,
            datacenter: entry.node.datacenter.isEmpty ? nil : entry.node.datacenter
        )
        return endpoint
    }

    // MARK: Addresses

    /// Returns the target of an entry by the rule of Consul's DNS for SRV: the tagged address for IPv6, then the one
    /// for IPv4, then the plain one; the instance's before its node's. The rule ignores the ports of tagged addresses.
    private func target(of entry: ServiceEntry) -> ServiceInstance.Target? {
        let (service, node) = (entry.service, entry.node)
        let tagged = isTranslated ? [] : ["lan_ipv6", "lan_ipv4"]
        let own = (tagged.map { service.taggedAddresses[$0]?.address } + [service.address]).firstText
        let nodes = (tagged.map { node.taggedAddresses[$0] } + [node.address]).firstText
        guard let text = own.flatMap({ isOwnName($0) && nodes.isIPAddress ? nil : $0 }) ?? nodes else { return nil }
        return ServiceInstance.Target(registeredAs: text, domain: domain)
    }

    /// Returns true if an instance is registered under the queried name itself. Consul then returns its node's address.
    /// Consul's comparison with the queried name is case-sensitive.
    private func isOwnName(_ text: String) -> Bool {
        guard let name, text.contains("."), let registered = try? DomainName(text) else { return false }
        return registered.wireBytes == name.wireBytes
    }
}

extension [String?] {
    /// The first element that is neither `nil` nor empty.
    fileprivate var firstText: String? { lazy.compactMap { $0 }.first { !$0.isEmpty } }
}

extension String? {
    fileprivate var isIPAddress: Bool { flatMap { IPAddress($0) } != nil }
}

extension Endpoint.Status {
    init(_ status: HealthStatus) {
        switch status {
        case .passing: self = .passing
        case .critical, .maintenance: self = .critical
        default: self = .warning
        }
    }
}
