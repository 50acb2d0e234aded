// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

/// The state of one nameserver at one instant.
package struct NameserverDiagnostics: Hashable, Sendable {
    let server: Nameserver
    let counters: NameserverCounters
    /// The smoothed round-trip time; `nil` before the first answer.
    let roundTrip: Duration?
    /// True if the server is considered dead.
    let isFailed: Bool
    /// The number of failures in a row; an answer halves it.
    let failures: Int
    /// The time until the next probe; `nil` if no probe is due.
    let backoff: Duration?
}
