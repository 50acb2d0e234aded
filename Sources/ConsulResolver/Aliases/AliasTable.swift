// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NetworkAddress

/// Where names of Consul's own lead. A pure value.
struct AliasTable {
    /// What stands behind a name.
    struct Places: Equatable {
        /// Addresses, and hosts outside of Consul, each once.
        var hosts: [Host] = []

        /// Whether these are all that can be connected to.
        var isWhole = true

        /// Whether instances were left out that have no address which can be used, or nothing stands behind the name.
        var hasUnusable = false

        /// Whether it is not known which of them belongs to which instance (``AliasStep/isShared``).
        var isShared = false

        /// Whether something was left out for good, as far as is known.
        var isUnusable: Bool { hasUnusable || hosts.isEmpty && isWhole }
    }

    private var asked: Set<DomainName> = []
    private var steps: [DomainName: AliasStep] = [:]

    /// The least time for which an answer may be kept; `nil` where no source has told.
    private(set) var timeToLive: Duration?

    /// Which of the names are to be asked for: those that were not yet, as long as there are not too many.
    mutating func admit(_ names: [DomainName], upTo limit: Int) -> [DomainName] {
        names.filter { asked.count < limit && asked.insert($0).inserted }
    }

    mutating func insert(_ step: AliasStep, for name: DomainName) {
        steps[name] = step
        if let time = step.timeToLive { timeToLive = min(timeToLive ?? time, time) }
    }

    /// What stands behind a name, as far as it was asked for.
    func places(behind name: DomainName) -> Places {
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
        // A name that leads back to itself explains nothing.
        guard !path.contains(name) else { return places.hasUnusable = true }
        guard let step = steps[name] else { return places.isWhole = false }
        // Another way to a name that has been gone through already.
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
    /// The address of a node, which has one of each family: Consul itself prefers IPv6 when it answers SRV.
    var preferred: IPAddress? { first { if case .v6 = $0 { true } else { false } } ?? first }
}
