// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP
import ResolutionModel

/// Instances from one answer of the HTTP API.
package struct HTTPServiceAnswer: Sendable {
    package let entries: [ServiceEntry]
    package let metadata: QueryMetadata
    package let timeToLive: Duration
    /// The service that a prepared query looked up; `nil` for every other request.
    package let service: String?

    /// True if the server that answered had no contact with a leader: its data may be long out of date.
    package var isStale: Bool { metadata.leader == .lost }

    /// Creates a finding from the answer to a watch.
    package init(_ answer: ConsulAnswer<[ServiceEntry]>) {
        self.init(entries: answer.value, metadata: answer.metadata)
    }

    package init(
        entries: [ServiceEntry],
        metadata: QueryMetadata,
        timeToLive: Duration = .zero,
        service: String? = nil
    ) {
        (self.entries, self.metadata, self.timeToLive, self.service) = (entries, metadata, timeToLive, service)
    }

    /// The greatest age that the data may have.
    package var age: Duration { max(metadata.age ?? .zero, isStale ? metadata.lastContact ?? .zero : .zero) }
}

extension ResolutionFailure.Attempt {
    package init(_ error: ConsulHTTPError) {
        self.init(code: error.resolutionCode, message: error.message)
    }
}

extension ConsulHTTPError {
    var resolutionCode: ResolutionFailure.Code {
        switch code {
        case .timedOut: .timedOut
        case .denied: .accessDenied
        case .tokenUnavailable: .tokenUnavailable
        case .tls: .untrusted
        case .noLeader, .serverError, .noSuchDatacenter, .tooManyConnections: .serverFailure
        case .notFound, .badRequest, .unexpectedStatus: .rejected
        case .undecodable, .tooLarge: .malformedAnswer
        default: .connectionFailed
        }
    }
}
