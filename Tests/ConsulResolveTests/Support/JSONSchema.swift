// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A JSON schema (2020-12), with the keywords that `docs/schemas` uses.
struct JSONSchema {
    private let root: [String: Any]

    private static let keywords: Set = [
        "$schema", "$ref", "$defs", "title", "description", "type", "enum", "properties", "required",
        "additionalProperties", "items",
    ]

    /// Reads the schema of that name from the documentation.
    init(named name: String) throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../../docs/schemas").standardized
        try self.init(Data(contentsOf: folder.appending(path: "\(name).json")))
    }

    init(_ data: Data) throws {
        root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// Returns the deviations of a document from the schema, each with its place.
    func problems(of document: String) throws -> [String] {
        let value = try JSONSerialization.jsonObject(with: Data(document.utf8), options: .fragmentsAllowed)
        return problems(value, root, "$")
    }

    private func problems(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        var problems = schema.keys.filter { !Self.keywords.contains($0) }.map {
            "\(place): the keyword \($0) is unknown"
        }
        if let reference = schema["$ref"] as? String {
            let definitions = root["$defs"] as? [String: Any] ?? [:]
            guard reference.hasPrefix("#/$defs/"),
                let target = definitions[String(reference.dropFirst("#/$defs/".count))] as? [String: Any]
            else { return ["\(place): there is no \(reference)"] }
            problems += self.problems(value, target, place)
        }
        if let type = schema["type"] {
            let allowed = type as? [String] ?? [type as? String ?? ""]
            if Set(allowed).isDisjoint(with: Self.types(of: value)) {
                problems.append("\(place): \(value) is not of type \(allowed.joined(separator: ", "))")
            }
        }
        if let values = schema["enum"] as? [String], !values.contains(where: { $0 == value as? String }) {
            problems.append("\(place): \(value) is none of \(values)")
        }
        if let members = value as? [String: Any] { problems += self.problems(members: members, schema, place) }
        if let elements = value as? [Any], let schema = schema["items"] as? [String: Any] {
            for (index, element) in elements.enumerated() {
                problems += self.problems(element, schema, "\(place)[\(index)]")
            }
        }
        return problems
    }

    private func problems(members: [String: Any], _ schema: [String: Any], _ place: String) -> [String] {
        var problems: [String] = []
        let properties = schema["properties"] as? [String: Any] ?? [:]
        for name in schema["required"] as? [String] ?? [] where members[name] == nil {
            problems.append("\(place): \(name) is missing")
        }
        for (name, member) in members {
            if let property = properties[name] as? [String: Any] {
                problems += self.problems(member, property, "\(place).\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                problems.append("\(place): \(name) is not described")
            }
        }
        return problems
    }

    private static func types(of value: Any) -> Set<String> {
        switch value {
        case is NSNull: ["null"]
        case is String: ["string"]
        case is [Any]: ["array"]
        case is [String: Any]: ["object"]
        case let number as NSNumber:
            // `JSONSerialization` makes numbers of booleans, too. Their encoding is that of a character.
            if String(cString: number.objCType) == "c" {
                ["boolean"]
            } else {
                number.doubleValue.rounded() == number.doubleValue ? ["integer", "number"] : ["number"]
            }
        default: []
        }
    }
}
