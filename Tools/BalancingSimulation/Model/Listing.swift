// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// What the source says at a time.
struct Listing: Sendable {
    /// Seconds since the start.
    var time: Double
    /// The numbers of the servers that are listed.
    var servers: Range<Int>
    /// Whether this is old news, because the source cannot be asked.
    var isStale = false
    /// What active checks have found, by the server's number.
    var probes: [Int: ProbeVerdict] = [:]
}
