// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import LoadBalancing
import NetworkAddress
import ResolutionModel

/// The conversion of instances in a DNS answer to endpoints.
///
/// A pure value, used in two passes: ``namesToAsk`` and ``aliases`` are the names that need further queries, and
/// ``finish(with:aliases:)`` takes their results and returns the endpoints.
struct DNSEndpointBuilder {
    private let instances: [ServiceInstance]

    /// The names of nodes for which the answer has no address records, each once.
    let namesToAsk: [DomainName]

    /// The other names in Consul's domain that instances have for addresses, each once. The answer's own address
    /// records for them are ignored: they leave out host names, and a trimmed answer holds only one address.
    let aliases: [DomainName]

    /// The result of the conversion.
    struct Result {
        package var endpoints: [Endpoint]
        /// The number of instances that are known to have no usable address.
        package var unusable = 0
        /// The reason why further instances may exist beside these and the unusable ones; `nil` if these are all.
        var loss: ResolutionFailure.Code?
    }

    init(_ instances: [ServiceInstance]) {
        self.instances = instances
        var seen: Set<DomainName> = []
        var (nodes, aliases): ([DomainName], [DomainName]) = ([], [])
        for instance in instances where !instance.hasAddress {
            switch instance.target {
            case .node(_, let addresses, let name):
                if addresses.isEmpty, seen.insert(name).inserted { nodes.append(name) }
            case .consulName(let name, _):
                if seen.insert(name).inserted { aliases.append(name) }
            case .address, .host, .invalid, .unavailable:
                break
            }
        }
        (namesToAsk, self.aliases) = (nodes, aliases)
    }

    /// Converts the instances to endpoints.
    ///
    /// - Parameters:
    ///   - found: The addresses of ``namesToAsk``: an empty list for a name without addresses, and no entry for a name
    ///     that could not be looked up.
    ///   - table: The results for ``aliases``.
    func finish(with found: [DomainName: [IPAddress]] = [:], aliases table: AliasTable = AliasTable()) -> Result {
        if let endpoints = DistinctAddresses.endpoints(of: instances) { return Result(endpoints: endpoints) }
        var merger = EndpointMerger(capacity: instances.count)
        var unusable = 0
        var loss: ResolutionFailure.Code?
        let places = Dictionary(uniqueKeysWithValues: aliases.map { ($0, table.places(behind: $0)) })
        var shared: Set<DomainName> = []
        for instance in instances {
            switch instance.target {
            case .address(let address, let node):
                unusable += merger.add(instance, at: .address(address), node: node)
            case .host(let host):
                unusable += merger.add(instance, at: host, node: nil)
            case .node(let node, let addresses, let name):
                if let address = (addresses.isEmpty ? found[name] ?? [] : addresses).preferred {
                    unusable += merger.add(instance, at: .address(address), node: node)
                } else if found[name] != nil {
                    unusable += 1
                } else {
                    loss = .unusableTargets
                }
            case .consulName(let name, _):
                let behind = places[name] ?? AliasTable.Places()
                guard !behind.isShared || shared.insert(name).inserted else { continue }
                if behind.isUnusable { unusable += 1 }
                loss = add(instance, named: name, at: behind, to: &merger) ?? loss
            case .invalid:
                unusable += 1
            case .unavailable:
                break
            }
        }
        return Result(endpoints: merger.endpoints, unusable: unusable, loss: loss)
    }

    /// Adds the hosts that an instance's alias leads to.
    ///
    /// Consul 1.19.0 returns the service's own name as the target of every instance. If all instances have the same
    /// port, the addresses of that name are the instances, and only their weights are lost. If the ports differ, the
    /// pairs of address and port are unknown.
    ///
    /// - Returns: The reason why endpoints may be missing; `nil` if all are there.
    private func add(
        _ instance: ServiceInstance,
        named name: DomainName,
        at places: AliasTable.Places,
        to merger: inout EndpointMerger
    ) -> ResolutionFailure.Code? {
        if places.isShared, !instances.allSatisfy({ !$0.isNamed(name) || $0.port == instance.port }) {
            return .ambiguousTargets
        }
        for host in places.hosts { merger.add(instance.endpoint(at: host, node: nil)) }
        return places.isWhole ? nil : places.isShared ? .ambiguousTargets : .unusableTargets
    }
}

extension EndpointMerger {
    /// Adds the endpoint of an instance, unless its host cannot be connected to.
    ///
    /// - Returns: The number of instances left out: 0 or 1.
    fileprivate mutating func add(_ instance: ServiceInstance, at host: Host, node: String?) -> Int {
        guard host.canBeConnectedTo else { return 1 }
        add(instance.endpoint(at: host, node: node))
        return 0
    }
}

extension ServiceInstance {
    fileprivate var hasAddress: Bool {
        if case .address = target { true } else { false }
    }

    fileprivate func isNamed(_ name: DomainName) -> Bool {
        if case .consulName(let target, _) = target { target == name } else { false }
    }

    fileprivate func endpoint(at host: Host, node: String?) -> Endpoint {
        Endpoint(host: host, port: port, priority: priority, weight: weight, node: node)
    }
}
