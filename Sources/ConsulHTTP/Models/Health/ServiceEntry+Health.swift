// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// The address to connect to: the instance's own, or its node's if it has none.
    ///
    /// It may be a host name, and it may be invalid: Consul does not validate registered addresses.
    public var address: String { service.address.isEmpty ? node.address : service.address }

    /// The worst status of all checks, those of the node included; passing if there are none. Maintenance is the worst
    /// status, as in Consul's own client.
    public var aggregatedStatus: HealthStatus { checks.worstStatus }

    /// Returns true if Consul's DNS would list the instance: no check is critical or, with `only_passing`, all are
    /// passing.
    public func isHealthy(onlyPassing: Bool = false) -> Bool { checks.areHealthy(onlyPassing: onlyPassing) }

    /// The instance's share of connections, by the rule of Consul's DNS: the weight for warnings if any check warns. It
    /// may be 0, and has no meaning for an instance that is not healthy.
    ///
    /// A status that Consul does not define makes it 1. A maintenance check that is not critical makes it 0; only a
    /// direct write to the catalog can create such a check.
    public var weight: UInt16 { checks.weight(among: service.weights) }
}

/// The rules for an instance by its checks alone: a call on an element of a list of instances copies the whole instance.
extension [ServiceEntry.Check] {
    /// As ``ServiceEntry/aggregatedStatus``.
    package var worstStatus: HealthStatus {
        reduce(.passing) { Swift.max($0, $1.isMaintenance ? .maintenance : $1.status) }
    }

    /// As ``ServiceEntry/isHealthy(onlyPassing:)``.
    package func areHealthy(onlyPassing: Bool) -> Bool {
        allSatisfy { onlyPassing ? $0.status == .passing : $0.status != .critical }
    }

    /// As ``ServiceEntry/weight``.
    package func weight(among weights: ServiceEntry.Weights) -> UInt16 {
        var isWarning = false
        var isInMaintenance = false
        for check in self {
            switch check.status {
            case _ where check.isMaintenance: isInMaintenance = true
            case .passing, .critical: break
            case .warning: isWarning = true
            default: return 1
            }
        }
        return isInMaintenance ? 0 : isWarning ? weights.warning : weights.passing
    }
}
