// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// The list of servers that the source returns from a time on.
struct Listing: Sendable {
    /// Seconds since the start.
    var time: Double
    /// The numbers of the listed servers.
    var servers: Range<Int>
    /// True if the list is stale, because the source cannot be queried.
    var isStale = false
    /// The verdicts of active checks, by the server's number.
    var probes: [Int: ProbeVerdict] = [:]
}
