// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
package import DNSWire
import NetworkAddress

/// The hosts that Consul's own names lead to. A pure value.
package struct AliasTable {
    /// The hosts behind a name.
    package struct Places: Equatable {
        /// Addresses, and hosts outside of Consul, without duplicates.
        var hosts: [Host] = []

        /// True if no other host behind the name can be connected to.
        var isWhole = true

        /// True if instances without a usable address were left out, or there is no instance behind the name.
        var hasUnusable = false

        /// True if it is unknown which host belongs to which instance (``AliasStep/isShared``).
        var isShared = false

        /// True if an instance was left out for good, as far as is known.
        var isUnusable: Bool { hasUnusable || hosts.isEmpty && isWhole }
    }

    private var asked: Set<DomainName> = []
    private var steps: [DomainName: AliasStep] = [:]

    /// The least time for which an answer may be kept; `nil` where no source has said.
    package private(set) var timeToLive: Duration?

    /// Returns the names to query: those that have not been queried yet, up to the limit.
    package mutating func admit(_ names: [DomainName], upTo limit: Int) -> [DomainName] {
        names.filter { asked.count < limit && asked.insert($0).inserted }
    }

    package mutating func insert(_ step: AliasStep, for name: DomainName) {
        steps[name] = step
        if let time = step.timeToLive { timeToLive = min(timeToLive ?? time, time) }
    }

    /// Returns the hosts behind a name, as far as it has been queried.
    package func places(behind name: DomainName) -> Places {
        var places = Places()
        var seen: Set<Host> = []
        var path: [DomainName] = []
        var done: Set<DomainName> = []
        collect(name, &places, &seen, path: &path, done: &done)
        return places
    }

    private func collect(
        _ name: DomainName,
        _ places: inout Places,
        _ seen: inout Set<Host>,
        path: inout [DomainName],
        done: inout Set<DomainName>
    ) {
        // A name that leads back to itself has no address.
        guard !path.contains(name) else { return places.hasUnusable = true }
        guard let step = steps[name] else { return places.isWhole = false }
        // Another path to a name that has been collected already.
        guard done.insert(name).inserted else { return }
        path.append(name)
        defer { path.removeLast() }
        if !step.isWhole { places.isWhole = false }
        if step.targets.allSatisfy({ $0 == .unavailable }) { places.hasUnusable = true }
        if step.isShared { places.isShared = true }
        for target in step.targets {
            switch target {
            case .address(let address, _): add(.address(address), to: &places, &seen)
            case .host(let host): add(host, to: &places, &seen)
            case .node(_, let addresses, let further):
                if let address = addresses.preferred {
                    add(.address(address), to: &places, &seen)
                } else {
                    collect(further, &places, &seen, path: &path, done: &done)
                }
            case .consulName(let further, _): collect(further, &places, &seen, path: &path, done: &done)
            case .invalid: places.hasUnusable = true
            case .unavailable: break
            }
        }
    }

    private func add(_ host: Host, to places: inout Places, _ seen: inout Set<Host>) {
        guard host.canBeConnectedTo else { return places.hasUnusable = true }
        if seen.insert(host).inserted { places.hosts.append(host) }
    }
}

extension [IPAddress] {
    /// The address to use for a node, which may have one of each family: Consul itself prefers IPv6 in SRV answers.
    var preferred: IPAddress? { first { if case .v6 = $0 { true } else { false } } ?? first }
}
