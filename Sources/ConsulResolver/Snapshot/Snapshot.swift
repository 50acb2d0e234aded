// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// What was last known of the services that a process asks for, as it is kept from one process to the next.
///
/// Times are of the clock on the wall, as whole seconds since 1970: no other clock is the same after a restart. No part
/// of it is secret, since neither requests nor endpoints are.
struct Snapshot: Hashable, Sendable {
    /// One service.
    struct Entry: Hashable, Sendable {
        var request: ServiceRequest
        var endpoints: [Endpoint]
        /// When Consul gave this answer, or last confirmed it.
        var givenAt: Int64
        var isComplete: Bool
    }

    var writtenAt: Int64
    var entries: [Entry]
}
