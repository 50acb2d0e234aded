// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import LoadBalancing
import NetworkAddress

/// Makes endpoints of instances, in two passes: what can be told from the answer, then what had to be asked for.
///
/// A pure value: ``namesToAsk`` says what is missing, ``finish(with:)`` takes what was found.
struct InstanceSorter {
    private let instances: [ServiceInstance]

    /// Names of Consul's that the answer does not explain, each once.
    let namesToAsk: [DomainName]

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
        namesToAsk = InstanceSorter.unexplainedNames(of: instances)
    }

    private static func unexplainedNames(of instances: [ServiceInstance]) -> [DomainName] {
        guard !instances.allSatisfy(\.hasAddress) else { return [] }
        var seen: Set<DomainName> = []
        var names: [DomainName] = []
        for instance in instances {
            switch instance.target {
            case .node(_, let addresses, let name), .consulName(let name, let addresses):
                if addresses.isEmpty, seen.insert(name).inserted { names.append(name) }
            case .address, .host, .invalid, .unavailable:
                break
            }
        }
        return names
    }

    /// - Parameter found: The addresses of ``namesToAsk``; none for a name that has none, and no entry for one that could
    ///   not be asked for.
    func finish(with found: [DomainName: [IPAddress]] = [:]) -> Result {
        if let endpoints = DistinctAddresses.endpoints(of: instances) { return Result(endpoints: endpoints) }
        var merger = EndpointMerger(capacity: instances.count)
        var unusable = 0
        var loss: ResolutionFailure.Code?
        var shared: [DomainName: [ServiceInstance]] = [:]
        var sharedNames: [DomainName] = []
        for instance in instances {
            switch instance.target {
            case .address(let address, let node):
                merger.add(instance.endpoint(at: .address(address), node: node))
            case .host(let host):
                merger.add(instance.endpoint(at: host, node: nil))
            case .node(let node, let addresses, let name):
                let known = addresses.isEmpty ? found[name] ?? [] : addresses
                if let address = InstanceSorter.preferred(known) {
                    merger.add(instance.endpoint(at: .address(address), node: node))
                } else if found[name] != nil {
                    unusable += 1
                } else {
                    loss = .unusableTargets
                }
            case .consulName(let name, _):
                if shared[name] == nil { sharedNames.append(name) }
                shared[name, default: []].append(instance)
            case .invalid:
                unusable += 1
            case .unavailable:
                break
            }
        }
        for name in sharedNames {
            let instances = shared[name] ?? []
            loss = InstanceSorter.add(instances, found: found[name] ?? [], to: &merger) ?? loss
        }
        return Result(endpoints: merger.endpoints, unusable: unusable, loss: loss)
    }

    /// A node has one address of each family; Consul itself prefers IPv6 when it answers SRV.
    private static func preferred(_ addresses: [IPAddress]) -> IPAddress? {
        addresses.first { if case .v6 = $0 { true } else { false } } ?? addresses.first
    }

    /// Consul 1.19.0 gives the service's own name as the target of every instance. If they all have one port, the
    /// addresses of that name are the instances, only their weights are lost; if not, nobody knows what belongs together.
    private static func add(
        _ instances: [ServiceInstance],
        found: [IPAddress],
        to merger: inout EndpointMerger
    ) -> ResolutionFailure.Code? {
        var addresses = found
        for instance in instances {
            guard case .consulName(_, let known) = instance.target else { continue }
            for address in known where !addresses.contains(address) { addresses.append(address) }
        }
        guard !addresses.isEmpty, let first = instances.first else { return .unusableTargets }
        guard instances.allSatisfy({ $0.port == first.port }) else { return .ambiguousTargets }
        for address in addresses { merger.add(first.endpoint(at: .address(address), node: nil)) }
        return addresses.count == 1 && instances.count == 1 ? nil : .ambiguousTargets
    }
}

extension ServiceInstance {
    fileprivate var hasAddress: Bool {
        if case .address = target { true } else { false }
    }

    fileprivate func endpoint(at host: Host, node: String?) -> Endpoint {
        Endpoint(host: host, port: port, priority: priority, weight: weight, node: node)
    }
}
