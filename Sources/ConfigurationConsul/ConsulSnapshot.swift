// SPDX-License-Identifier: Apache-2.0

#if Configuration

import Configuration
import ConsulCoordination
import ConsulHTTP

/// The values of a ``RefetchingConsulProvider`` at one moment.
struct ConsulSnapshot: ConfigSnapshot {
    static let providerName = "RefetchingConsulProvider"

    var content: ConfigurationContent
    let parser: ConsulValueParser

    var providerName: String { Self.providerName }

    func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        let name = Self.name(of: key)
        return try result(name, content.entries[name], type)
    }

    /// Returns the value of a key, or the error of its conversion.
    func lookup(_ key: AbsoluteConfigKey, _ type: ConfigType) -> Result<LookupResult, any Error> {
        Result { try value(forKey: key, type: type) }
    }

    /// Returns the result of looking up an entry.
    func result(_ name: String, _ entry: ConfigurationContent.Entry?, _ type: ConfigType) throws -> LookupResult {
        LookupResult(encodedKey: name, value: try entry.map { try parser.value($0.value, of: name, as: type) })
    }

    /// Returns the name of a key in Consul, without the prefix of a layer.
    static func name(of key: AbsoluteConfigKey) -> String { key.components.joined(separator: "/") }
}

extension ConsulSnapshot: CustomStringConvertible, CustomDebugStringConvertible {
    var description: String { "\(providerName)[\(content.entries.count) values]" }

    var debugDescription: String {
        let values = content.entries.sorted { $0.key < $1.key }.map { name, entry in
            let isSecret = parser.secrets.isSecret(key: name, value: entry.value)
            return "\(name)=\(isSecret ? "<REDACTED>" : String(decoding: entry.value, as: UTF8.self))"
        }
        return "\(providerName)[\(values.count) values: \(values.joined(separator: ", "))]"
    }
}

/// Converts values of Consul to the types of swift-configuration.
struct ConsulValueParser: Sendable {
    let secrets: SecretsSpecifier<String, [UInt8]>
    let separator: Character

    /// The error of a value that cannot be converted. It does not contain the value, which may be a secret.
    struct Mismatch: Error, Hashable, CustomStringConvertible {
        var name: String
        var type: ConfigType

        var description: String { "the value of \"\(name)\" in Consul is not convertible to \(type.rawValue)" }
    }

    func value(_ bytes: [UInt8], of name: String, as type: ConfigType) throws -> ConfigValue {
        guard let content = content(bytes, as: type) else { throw Mismatch(name: name, type: type) }
        return ConfigValue(content, isSecret: secrets.isSecret(key: name, value: bytes))
    }

    private func content(_ bytes: [UInt8], as type: ConfigType) -> ConfigContent? {
        if type == .bytes { return .bytes(bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let trimmed = KeyValueText.trim(text[...])
        return switch type {
        case .string: .string(text)
        case .int: Int(trimmed).map { .int($0) }
        case .double: Double(trimmed).map { .double($0) }
        case .bool: KeyValueText.bool(trimmed).map { .bool($0) }
        case .bytes: .bytes(bytes)
        case .stringArray: list(trimmed) { String($0) }.map { .stringArray($0) }
        case .intArray: list(trimmed) { Int($0) }.map { .intArray($0) }
        case .doubleArray: list(trimmed) { Double($0) }.map { .doubleArray($0) }
        case .boolArray: list(trimmed) { KeyValueText.bool($0) }.map { .boolArray($0) }
        case .byteChunkArray: list(trimmed) { Base64.decode($0.utf8) }.map { .byteChunkArray($0) }
        }
    }

    /// Returns the elements of a list; `nil` if one of them cannot be converted.
    private func list<Element>(_ text: Substring, _ element: (Substring) -> Element?) -> [Element]? {
        let parts = KeyValueText.list(text, separator: separator)
        let elements = parts.compactMap(element)
        return elements.count == parts.count ? elements : nil
    }
}

#endif
