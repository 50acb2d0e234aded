// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// The health of one endpoint according to its probes. A pure value that takes results and keeps a verdict.
///
/// An endpoint starts as healthy, because Consul reported it as healthy. The first success confirms this and sets the
/// verdict to up. A first failure does not outweigh it: the verdict is down only after as many failures in a row as for
/// an endpoint that was up.
struct ProbeHealth: Hashable, Sendable {
    /// The numbers of results in a row that change a verdict.
    struct Thresholds: Hashable, Sendable {
        /// Successes, for an endpoint that is down. At least 1.
        var rise: Int
        /// Failures, for any other endpoint. At least 1.
        var fall: Int
    }

    /// The verdict; `nil` before the first success or a sufficient number of failures.
    private(set) var verdict: ProbeVerdict?
    /// The number of results in a row that contradict the current verdict.
    private var dissent = 0

    /// Records the result of a probe.
    mutating func apply(_ succeeded: Bool, thresholds: Thresholds) {
        switch (verdict, succeeded) {
        case (nil, true): settle(.up)
        case (.up, true), (.down, false): dissent = 0
        case (nil, false), (.up, false):
            dissent += 1
            if dissent >= thresholds.fall { settle(.down) }
        case (.down, true):
            dissent += 1
            if dissent >= thresholds.rise { settle(.up) }
        }
    }

    private mutating func settle(_ verdict: ProbeVerdict) {
        self.verdict = verdict
        dissent = 0
    }
}

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
