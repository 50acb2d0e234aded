// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

/// What is known of one nameserver at a moment.
struct NameserverDiagnostics: Hashable, Sendable {
    let server: Nameserver
    let counters: NameserverCounters
    /// The smoothed round-trip time; `nil` before the first answer.
    let roundTrip: Duration?
    /// Whether it counts as dead.
    let isFailed: Bool
    /// Failures in a row; an answer takes back half of them.
    let failures: Int
    /// Time until it is looked after next; `nil` when there is no need to.
    let backoff: Duration?
}
