// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// Instances that the HTTP API has named.
struct HTTPFinding: Sendable {
    let entries: [ServiceEntry]
    let metadata: QueryMetadata
    let timeToLive: Duration
    /// The service that a prepared query has looked for; `nil` for every other request.
    let service: String?

    /// Whether the server that answered was on its own: what it says may be long out of date.
    var isStale: Bool { metadata.leader == .lost }

    /// Instances that a watch has been told of.
    init(_ answer: ConsulAnswer<[ServiceEntry]>) {
        self.init(entries: answer.value, metadata: answer.metadata)
    }

    init(
        entries: [ServiceEntry],
        metadata: QueryMetadata,
        timeToLive: Duration = .zero,
        service: String? = nil
    ) {
        (self.entries, self.metadata, self.timeToLive, self.service) = (entries, metadata, timeToLive, service)
    }

    /// How old the data may be.
    var age: Duration { max(metadata.age ?? .zero, isStale ? metadata.lastContact ?? .zero : .zero) }
}
