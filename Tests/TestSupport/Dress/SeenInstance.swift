// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An instance in the agent's answer to a health read, with the fields that the proxy needs.
struct SeenInstance: Sendable, Decodable {
    var node: Node
    var service: Service
    var checks: [Check]

    enum CodingKeys: String, CodingKey {
        case node = "Node"
        case service = "Service"
        case checks = "Checks"
    }

    struct Node: Sendable, Decodable {
        var name: String
        var metadata: [String: String]?

        enum CodingKeys: String, CodingKey {
            case name = "Node"
            case metadata = "Meta"
        }
    }

    struct Service: Sendable, Decodable {
        var id: String
        var address: String
        var port: Int
        var modifyIndex: UInt64

        enum CodingKeys: String, CodingKey {
            case id = "ID"
            case address = "Address"
            case port = "Port"
            case modifyIndex = "ModifyIndex"
        }
    }

    struct Check: Sendable, Decodable {
        var status: String
        var modifyIndex: UInt64

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case modifyIndex = "ModifyIndex"
        }
    }

    /// Decodes the list in the body of a reply.
    static func list(_ body: [UInt8]) throws -> [SeenInstance] {
        try JSONDecoder().decode([SeenInstance].self, from: Data(body))
    }

    /// The identity of the instance: its node and service ID.
    var key: [String] { [node.name, service.id] }

    /// The index of the last change to the instance or to one of its checks.
    var lastChange: UInt64 { max(service.modifyIndex, checks.map(\.modifyIndex).max() ?? 0) }
}
