// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// What probes have shown of each endpoint. A pure value.
struct ProbeRecords: Sendable {
    private let thresholds: ProbeHealth.Thresholds
    private var health: [HostPort: ProbeHealth] = [:]

    /// The endpoints of which something is known.
    private(set) var verdicts: [HostPort: ProbeVerdict] = [:]

    init(thresholds: ProbeHealth.Thresholds) {
        self.thresholds = thresholds
    }

    /// Forgets all but these.
    mutating func keep(_ targets: Set<HostPort>) {
        health = health.filter { targets.contains($0.key) }
        verdicts = verdicts.filter { targets.contains($0.key) }
    }

    /// A probe has ended.
    mutating func take(_ succeeded: Bool, of target: HostPort) {
        health[target, default: ProbeHealth()].take(succeeded, thresholds: thresholds)
        verdicts[target] = health[target]?.verdict
    }
}
