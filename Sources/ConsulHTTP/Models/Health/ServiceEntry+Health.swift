// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// Where to connect: the instance's own address, or its node's if it has none.
    ///
    /// A host name is possible, and so is nonsense: Consul does not check what is registered.
    public var address: String { service.address.isEmpty ? node.address : service.address }

    /// The worst status of all checks, those of the node included; passing if there are none. Maintenance is worse than
    /// anything, as in Consul's own client.
    public var aggregatedStatus: HealthStatus { HealthStatus(aggregating: checks) }

    /// Whether Consul's DNS would list the instance: no check is critical or, with `only_passing`, all are passing.
    public func isHealthy(onlyPassing: Bool = false) -> Bool {
        checks.allSatisfy { onlyPassing ? $0.status == .passing : $0.status != .critical }
    }

    /// Its share of connections, by the rule of Consul's DNS: the weight for warnings if any check warns. It may be 0,
    /// and says nothing about an instance that is not healthy.
    ///
    /// A status that Consul does not define makes it 1; a maintenance check that is not critical, which only a writer to
    /// the catalog can set up, makes it 0.
    public var weight: UInt16 {
        var isWarning = false
        var isInMaintenance = false
        for check in checks {
            switch check.status {
            case _ where check.isMaintenance: isInMaintenance = true
            case .passing, .critical: break
            case .warning: isWarning = true
            default: return 1
            }
        }
        return isInMaintenance ? 0 : isWarning ? service.weights.warning : service.weights.passing
    }
}

extension HealthStatus {
    /// The worst status of checks.
    init(aggregating checks: [ServiceEntry.Check]) {
        self = checks.reduce(.passing) { max($0, $1.isMaintenance ? .maintenance : $1.status) }
    }
}
