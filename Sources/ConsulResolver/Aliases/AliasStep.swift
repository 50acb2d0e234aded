// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// What Consul says about one of its own names that an instance has for an address.
struct AliasStep: Sendable {
    /// Where the instances behind the name are. Some may be further names of Consul's.
    var targets: [ServiceInstance.Target]

    /// Whether none can be missing.
    var isWhole = true

    /// Whether the server gives this very name as the target of all instances of the service (Consul 1.19), so that the
    /// targets are addresses of which it is not known which port belongs to them.
    var isShared = false

    /// How long the answer may be kept; `nil` where the source does not tell.
    var timeToLive: Duration?

    /// The names to ask for next.
    var namesToFollow: [DomainName] {
        targets.compactMap { target -> DomainName? in
            switch target {
            case .node(_, let addresses, let name): return addresses.isEmpty ? name : nil
            case .consulName(let name, _): return name
            case .address, .host, .invalid, .unavailable: return nil
            }
        }
    }
}
