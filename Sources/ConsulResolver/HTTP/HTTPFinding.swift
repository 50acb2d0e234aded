// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// Instances from one answer of the HTTP API.
struct HTTPFinding: Sendable {
    let entries: [ServiceEntry]
    let metadata: QueryMetadata
    let timeToLive: Duration
    /// The service that a prepared query looked up; `nil` for every other request.
    let service: String?

    /// True if the server that answered had no contact with a leader: its data may be long out of date.
    var isStale: Bool { metadata.leader == .lost }

    /// Creates a finding from the answer to a watch.
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

    /// The greatest age that the data may have.
    var age: Duration { max(metadata.age ?? .zero, isStale ? metadata.lastContact ?? .zero : .zero) }
}
