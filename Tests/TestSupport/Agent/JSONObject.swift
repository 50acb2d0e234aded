// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A JSON object of unknown structure, since Consul defines an agent's configuration.
struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    enum Value: Sendable, Equatable {
        case object(JSONObject)
        case array([Value])
        case string(String)
        case number(Double)
        case bool(Bool)
        case null
    }

    private(set) var members: [String: Value]

    init(_ members: [String: Value]) {
        self.members = members
    }

    init(dictionaryLiteral elements: (String, Value)...) {
        members = Dictionary(elements) { _, last in last }
    }

    init(parsing text: String) throws {
        self = try JSONDecoder().decode(JSONObject.self, from: Data(text.utf8))
    }

    subscript(key: String) -> Value? { members[key] }

    /// Returns this object with the other's members merged over it; where both have an object, those are merged in
    /// turn.
    func merging(_ other: JSONObject) -> JSONObject {
        JSONObject(
            members.merging(other.members) { mine, theirs in
                guard case .object(let mine) = mine, case .object(let theirs) = theirs else { return theirs }
                return .object(mine.merging(theirs))
            }
        )
    }

    /// Returns the text of the object, which is the same for equal objects.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension JSONObject: Codable {
    init(from decoder: any Decoder) throws {
        members = try decoder.singleValueContainer().decode([String: Value].self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(members)
    }
}
