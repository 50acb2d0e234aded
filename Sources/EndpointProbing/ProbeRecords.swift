// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// The health of each endpoint according to its probes. A pure value.
struct ProbeRecords: Sendable {
    private let thresholds: ProbeHealth.Thresholds
    private var health: [HostPort: ProbeHealth] = [:]

    /// The verdicts on all endpoints that have one.
    private(set) var verdicts: [HostPort: ProbeVerdict] = [:]

    init(thresholds: ProbeHealth.Thresholds) {
        self.thresholds = thresholds
    }

    /// Drops the health of all endpoints except these.
    mutating func keep(_ targets: Set<HostPort>) {
        health = health.filter { targets.contains($0.key) }
        verdicts = verdicts.filter { targets.contains($0.key) }
    }

    /// Records the result of a probe.
    mutating func apply(_ succeeded: Bool, of target: HostPort) {
        health[target, default: ProbeHealth()].apply(succeeded, thresholds: thresholds)
        verdicts[target] = health[target]?.verdict
    }
}
