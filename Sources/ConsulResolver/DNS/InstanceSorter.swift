// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import LoadBalancing
import NetworkAddress

/// Makes endpoints of instances, in two passes: what can be told from the answer, then what had to be asked for.
///
/// A pure value: ``namesToAsk`` and ``aliases`` say what is missing, ``finish(with:aliases:)`` takes what was found.
struct InstanceSorter {
    private let instances: [ServiceInstance]

    /// Names of nodes that the answer does not explain, each once.
    let namesToAsk: [DomainName]

    /// Other names of Consul's that instances have for addresses, each once. What the answer says about them does not
    /// count: it leaves out hosts, and all but one address when it is trimmed.
    let aliases: [DomainName]

    /// What came out.
    struct Result {
        var endpoints: [Endpoint]
        /// How many instances have no address that can be used, as far as is known.
        var unusable = 0
        /// Whether there may be instances beside these and the unusable ones, and why.
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

    /// - Parameters:
    ///   - found: The addresses of ``namesToAsk``; none for a name that has none, and no entry for one that could not be
    ///     asked for.
    ///   - table: Where ``aliases`` lead.
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

    /// Consul 1.19.0 gives the service's own name as the target of every instance. If they all have one port, the
    /// addresses of that name are the instances, only their weights are lost; if not, it is not known what belongs
    /// together.
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
    /// - Returns: How many instances had to be left out.
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
