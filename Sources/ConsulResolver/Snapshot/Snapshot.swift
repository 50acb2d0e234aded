// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// The last known answers for the services that a process requests, for use by the next process.
///
/// Times are wall-clock times in whole seconds since 1970, since other clocks do not survive a restart. A snapshot
/// holds no secrets, since requests and endpoints are not secret.
struct Snapshot: Hashable, Sendable {
    /// The answer for one service.
    struct Entry: Hashable, Sendable {
        var request: ServiceRequest
        var endpoints: [Endpoint]
        /// The time at which Consul gave this answer, or last confirmed it.
        var givenAt: Int64
        var isComplete: Bool
    }

    var writtenAt: Int64
    var entries: [Entry]
}
