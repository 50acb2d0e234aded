// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// Instances that the HTTP API has named.
struct HTTPFinding: Sendable {
    let entries: [ServiceEntry]
    let metadata: QueryMetadata
    var timeToLive = Duration.zero

    /// Whether the server that answered was on its own: what it says may be long out of date.
    var isStale: Bool { metadata.knownLeader == false }

    /// How old the data may be.
    var age: Duration { max(metadata.age ?? .zero, isStale ? metadata.lastContact ?? .zero : .zero) }
}
