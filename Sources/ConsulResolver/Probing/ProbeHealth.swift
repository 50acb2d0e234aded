// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// What the probes of one endpoint add up to. A pure value: results in, a verdict out.
///
/// An endpoint begins as what Consul said of it last: healthy. A first success agrees with that and settles it. A first
/// failure does not outweigh it: it takes as many in a row as it takes for any endpoint that was up.
struct ProbeHealth: Hashable, Sendable {
    /// How many results in a row it takes to change a verdict.
    struct Thresholds: Hashable, Sendable {
        /// Successes, for an endpoint that is down. At least 1.
        var rise: Int
        /// Failures, for any other. At least 1.
        var fall: Int
    }

    /// `nil` as long as there is nothing but Consul's word, and perhaps a few failures against it.
    private(set) var verdict: ProbeVerdict?
    /// Results in a row that speak against what the endpoint is taken for.
    private var dissent = 0

    /// A probe has ended.
    mutating func take(_ succeeded: Bool, thresholds: Thresholds) {
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
