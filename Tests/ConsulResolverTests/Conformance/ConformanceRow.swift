// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TestSupport

/// One row of `cases.json`: the answer of a real agent with this configuration and these registrations to this query.
struct ConformanceRow: Decodable, Sendable {
    /// A request that registers something, once or many times.
    struct Registration: Decodable, Sendable, Equatable {
        var path: String
        var method: String?
        var body: JSONObject
        /// The number of times; `{i}` and `{ip}` in the body differ each time.
        var `repeat`: Int?
        /// The name that the query uses, in braces, for the identifier in the reply.
        var capture: String?
    }

    /// A query over DNS, or a request to the HTTP API.
    struct Query: Decodable, Sendable {
        var kind: String
        var name: String?
        var type: String?
        var transport: String?
        var edns: UInt16?
        var timeout: Double?
        var path: String?
        var headers: [String: String]?
    }

    /// The expected answer; fields that are absent are not compared.
    struct Expectation: Decodable, Sendable {
        struct Authority: Decodable, Sendable {
            var zone: String
            var ttl: UInt32
            var minimum: UInt32

            private enum CodingKeys: String, CodingKey {
                case zone, ttl
                case minimum = "minttl"
            }
        }

        var rcode: String?
        var tc: Bool?
        var aa: Bool?
        var ra: Bool?
        var ttl: UInt32?
        var answer: [[String]]?
        var additional: [[String]]?
        var answerCount: Int?
        var additionalCount: Int?
        var authorityCount: Int?
        var answerTypes: [String]?
        var startOfAuthority: Authority?
        var minimumSize: Int?
        var maximumSize: Int?
        var minimumSeconds: Double?
        var isSilent: Bool?
        var status: Int?
        var count: Int?
        var nodes: [String]?
        var body: String?

        private enum CodingKeys: String, CodingKey {
            case rcode, tc, aa, ra, ttl, answer, additional, status, count, nodes, body
            case answerCount = "answer_count"
            case additionalCount = "additional_count"
            case authorityCount = "authority_count"
            case answerTypes = "answer_types"
            case startOfAuthority = "authority_soa"
            case minimumSize = "size_min"
            case maximumSize = "size_max"
            case minimumSeconds = "elapsed_min"
            case isSilent = "no_response"
        }
    }

    /// The versions for which a row holds, where other versions answer differently.
    struct Versions: Decodable, Sendable {
        /// The first version.
        var from: ConsulVersion?
        /// The first later version that answers differently, or that has not been checked.
        var before: ConsulVersion?

        private enum CodingKeys: String, CodingKey { case from, before }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            func version(_ key: CodingKeys) throws -> ConsulVersion? {
                try container.decodeIfPresent(String.self, forKey: key).map { try #require(ConsulVersion($0)) }
            }
            from = try version(.from)
            before = try version(.before)
        }
    }

    var id: String
    /// The versions for which the row holds; `nil` for all.
    var versions: Versions?
    var agentConfiguration: JSONObject
    var token: String?
    var register: [Registration]
    var query: Query
    var expect: Expectation
    /// The setup that a single agent cannot provide: several agents, or a recursor. Such rows are played by hand.
    var manual: String?

    private enum CodingKeys: String, CodingKey {
        case id, versions, token, register, query, expect, manual
        case agentConfiguration = "agent_config"
    }
}

extension ConformanceRow: CustomTestStringConvertible {
    var testDescription: String { id }
}

extension ConformanceRow {
    /// Every row that one agent can play. Rows of one configuration and equal registrations are adjacent.
    static let all: [ConformanceRow] = {
        do {
            let file = try #require(Bundle.module.url(forResource: "cases", withExtension: "json"))
            let rows = try JSONDecoder().decode([ConformanceRow].self, from: Data(contentsOf: file))
            return try rows.filter { $0.manual == nil }.enumerated().map { row in
                (key: (try row.element.agentConfiguration.text(), row.offset), value: row.element)
            }.sorted { $0.key < $1.key }.map(\.value)
        } catch {
            preconditionFailure("cases.json cannot be read: \(error)")
        }
    }()

    /// Rows with a DNS query whose name can be sent.
    static let dns = all.filter { $0.query.kind == "dns" && $0.id != "label-64-formerr" }

    /// Rows with a DNS query for the instances of a service.
    static let services = dns.filter { $0.serviceName != nil }

    /// Rows with a request to the HTTP API.
    static let http = all.filter { $0.query.kind == "http" }

    /// Returns true if the row holds for this version of Consul.
    func applies(to version: ConsulVersion) -> Bool {
        guard let versions else { return true }
        return versions.from.map { $0 <= version } != false && versions.before.map { version < $0 } != false
    }
}
