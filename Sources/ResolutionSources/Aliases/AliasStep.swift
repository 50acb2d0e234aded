// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// Consul's answer about one of its own names that an instance has as its address.
package struct AliasStep: Sendable {
    /// The targets of the instances behind the name. Some may be further names of Consul's.
    var targets: [ServiceInstance.Target]

    /// True if no target can be missing.
    var isWhole = true

    /// True if the server returns this very name as the target of all instances of the service (Consul 1.19): the
    /// targets are then addresses, and the port of each is unknown.
    var isShared = false

    /// The time for which the answer may be kept; `nil` where the source does not say.
    var timeToLive: Duration?

    /// The names to query next.
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
