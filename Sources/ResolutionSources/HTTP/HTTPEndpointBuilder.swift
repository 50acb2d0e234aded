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
/// is, that unhealthy ones exist. It is used in three steps: ``instances(in:)`` finds the healthy instances and their
/// targets, ``aliases(of:)`` returns the names that need further requests, and ``read(_:of:aliases:)`` takes their
/// results and returns the endpoints.
///
/// Its methods take the list and an index, and read members one by one: an entry that is passed on is copied, with each
/// of its twenty references.
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

    /// A healthy instance.
    struct Instance {
        /// The index of its entry.
        let index: Int
        /// The target that Consul's DNS would return for it; `nil` if it cannot return one.
        let target: ServiceInstance.Target?
    }

    /// Returns the healthy instances among the entries.
    func instances(in entries: [ServiceEntry]) -> [Instance] {
        var instances: [Instance] = []
        instances.reserveCapacity(entries.count)
        for index in entries.indices where entries[index].checks.areHealthy(onlyPassing: health == .passing) {
            instances.append(Instance(index: index, target: target(entries, index)))
        }
        return instances
    }

    /// Returns the names in Consul's domain that instances have for addresses, each once.
    func aliases(of instances: [Instance]) -> [DomainName] {
        var seen: Set<DomainName> = []
        return AliasStep(targets: instances.compactMap(\.target)).namesToFollow.filter { seen.insert($0).inserted }
    }

    /// Converts instances to endpoints.
    ///
    /// - Parameters:
    ///   - entries: The entries in which the instances were found.
    ///   - aliases: The results for ``aliases(of:)``.
    func read(_ instances: [Instance], of entries: [ServiceEntry], aliases: AliasTable = AliasTable()) -> Result {
        var merger = EndpointMerger(capacity: instances.count)
        var result = Result(endpoints: [])
        for instance in instances {
            // "Decidedly not available here" (RFC 2782).
            if instance.target == .unavailable { continue }
            let index = instance.index
            guard port.map({ entries[index].service.hasPort($0) }) ?? true else {
                result.withoutPort += 1
                continue
            }
            let places = places(of: instance.target, aliases)
            if let port = entries[index].service.port(named: port) {
                for host in places.hosts { merger.add(endpoint(entries, index, at: host, port: port)) }
                if places.isUnusable { result.unusable += 1 }
                if !places.isWhole { result.isPart = true }
            } else {
                result.unusable += 1
            }
        }
        result.endpoints = merger.endpoints
        return result
    }

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

    private func endpoint(_ entries: [ServiceEntry], _ index: Int, at host: Host, port: UInt16) -> Endpoint {
        let checks = entries[index].checks
        let datacenter = entries[index].node.datacenter
        var endpoint = Endpoint(
            host: host,
            port: port,
            weight: checks.weight(among: entries[index].service.weights),
            node: entries[index].node.name
        )
        endpoint.details = Endpoint.Details(
            id: entries[index].service.id,
            tags: entries[index].service.tags,
            status: Endpoint.Status(checks.worstStatus),
            metadata: entries[index].service.meta,
            nodeMetadata: entries[index].node.meta,
            datacenter: datacenter.isEmpty ? nil : datacenter
        )
        return endpoint
    }

    // MARK: Addresses

    /// Returns the target of an entry by the rule of Consul's DNS for SRV: the tagged address for IPv6, then the one
    /// for IPv4, then the plain one; the instance's before its node's. The rule ignores the ports of tagged addresses.
    private func target(_ entries: [ServiceEntry], _ index: Int) -> ServiceInstance.Target? {
        let tagged = entries[index].service.taggedAddresses
        guard let own = registeredAddress(plain: entries[index].service.address, { tagged[$0]?.address }) else {
            return nodeTarget(entries, index)
        }
        let target = ServiceInstance.Target(registeredAs: own, domain: domain)
        // Most instances have an address, which the comparison of names need not delay.
        if case .address? = target { return target }
        if isOwnName(own), let node = nodeTarget(entries, index), case .address = node { return node }
        return target
    }

    private func nodeTarget(_ entries: [ServiceEntry], _ index: Int) -> ServiceInstance.Target? {
        let tagged = entries[index].node.taggedAddresses
        return registeredAddress(plain: entries[index].node.address, { tagged[$0] })
            .flatMap { ServiceInstance.Target(registeredAs: $0, domain: domain) }
    }

    /// Returns the first address that is not empty. The tagged ones come first, unless Consul has already chosen.
    private func registeredAddress(plain: String, _ tagged: (String) -> String?) -> String? {
        if !isTranslated {
            for tag in ["lan_ipv6", "lan_ipv4"] {
                if let address = tagged(tag), !address.isEmpty { return address }
            }
        }
        return plain.isEmpty ? nil : plain
    }

    /// Returns true if an instance is registered under the queried name itself. Consul then returns its node's address.
    /// Consul's comparison with the queried name is case-sensitive.
    private func isOwnName(_ text: String) -> Bool {
        guard let name, text.contains("."), let registered = try? DomainName(text) else { return false }
        return registered.wireBytes == name.wireBytes
    }
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
