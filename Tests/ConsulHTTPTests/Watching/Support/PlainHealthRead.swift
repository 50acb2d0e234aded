// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

@testable import ConsulHTTP

/// A minimal client for a watch: reads the healthy instances of a service from a real agent.
struct PlainHealthRead: Sendable {
    private struct Entry: Decodable {
        struct Service: Decodable {
            enum CodingKeys: String, CodingKey {
                case id = "ID"
            }

            let id: String
        }

        enum CodingKeys: String, CodingKey {
            case service = "Service"
        }

        let service: Service
    }

    let agent: ConsulAgent
    let service: String
    /// The parameters of all queries.
    let asked = WatchedValue<[BlockingParameters?]>([])

    /// Returns the identifiers of the instances, in order.
    func read(_ parameters: BlockingParameters?) async throws -> ConsulAnswer<[String]> {
        asked.update { $0.append(parameters) }
        var path = "/v1/health/service/\(service)?passing=1"
        if let parameters {
            path += "&index=\(parameters.index)&wait=\(Int(parameters.wait / .milliseconds(1)))ms"
        }
        let reply = try await agent.get(path)
        guard reply.isSuccess else {
            throw ConsulHTTPError(.serverError, reply.body, status: reply.status, isRetryable: true)
        }
        var metadata = QueryMetadata()
        metadata.index = reply.headers["x-consul-index"].flatMap { UInt64($0) }
        let entries = try JSONDecoder().decode([Entry].self, from: Data(reply.body.utf8))
        return ConsulAnswer(entries.map(\.service.id).sorted(), metadata: metadata)
    }
}
