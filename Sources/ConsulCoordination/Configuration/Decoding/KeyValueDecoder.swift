// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// Decodes a `Decodable` type from keys and values.
///
/// | in Swift | in Consul |
/// | --- | --- |
/// | property, key of a dictionary | a part of the key between slashes: `database/port` is `port` of `database` |
/// | array | keys that end with numbers, in the order of these (`hosts/0`, `hosts/1`), or one value with commas |
/// | `String` | the text, unchanged |
/// | integers, `Double`, `Float` | Swift's notation, white space around it is ignored |
/// | `Bool` | `true`, `yes`, `on`, `1`, or `false`, `no`, `off`, `0`, in any case |
/// | `Duration` | Go's notation: `1m30s`, `250ms` |
/// | `[UInt8]` | the bytes, unchanged |
/// | `Optional` | `nil` if there is no key |
///
/// An empty value is an empty text, an empty array or no bytes, and no number. Keys without a property are ignored.
struct KeyValueDecoder: Decoder {
    var codingPath: [any CodingKey] = []
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    let tree: KeyValueTree

    /// Decodes a value.
    ///
    /// - Throws: `DecodingError`, and errors of the type's own initializer.
    static func decode<Value: Decodable>(_: Value.Type, from entries: [String: ConfigurationContent.Entry]) throws
        -> Value
    {
        let tree = KeyValueTree(entries.lazy.map { (key: $0.key, value: $0.value.value) })
        return try KeyValueDecoder(tree: tree).decode(Value.self)
    }

    func container<Key: CodingKey>(keyedBy _: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(KeyedValues<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = tree.elements else {
            guard tree.value == nil, tree.children.isEmpty else {
                throw mismatch([Any].self, "is no array: keys below it are no numbers, or its value is no text")
            }
            throw missing([Any].self)
        }
        return ElementValues(decoder: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleValue(decoder: self) }

    // MARK: Values

    /// Decodes any type; those with a notation of their own by that.
    func decode<Value: Decodable>(_: Value.Type) throws -> Value {
        if Value.self == Duration.self {
            let text = try text(for: Value.self)
            guard let value = Duration(goText: String(text)) as? Value else {
                throw mismatch(Value.self, "is no duration such as \"1m30s\" or \"250ms\"")
            }
            return value
        }
        if Value.self == [UInt8].self, let bytes = tree.value as? Value { return bytes }
        return try Value(from: self)
    }

    /// Returns the value without white space around it.
    func text(for type: Any.Type) throws -> Substring {
        guard tree.value != nil else { throw missing(type) }
        guard let text = tree.trimmedText else { throw mismatch(type, "is no UTF-8 text") }
        return text
    }

    /// Decodes a value from its description.
    func parse<Value: LosslessStringConvertible>(_: Value.Type) throws -> Value {
        let text = try text(for: Value.self)
        // The value itself is not quoted: it may be a secret under the wrong key.
        guard let value = Value(String(text)) else { throw mismatch(Value.self, "is no valid \(Value.self)") }
        return value
    }

    func bool() throws -> Bool {
        guard let value = KeyValueText.bool(try text(for: Bool.self)) else {
            throw mismatch(Bool.self, "is neither \"true\" nor \"false\"")
        }
        return value
    }

    func string() throws -> String {
        guard let value = tree.value else { throw missing(String.self) }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw mismatch(String.self, "is no UTF-8 text")
        }
        return text
    }

    // MARK: Errors

    func missing(_ type: Any.Type) -> DecodingError {
        .valueNotFound(type, DecodingError.Context(codingPath: codingPath, debugDescription: "has no value"))
    }

    func mismatch(_ type: Any.Type, _ text: String) -> DecodingError {
        .typeMismatch(type, DecodingError.Context(codingPath: codingPath, debugDescription: text))
    }

    /// Returns the decoder of a node below this one.
    func child(_ key: any CodingKey, _ tree: KeyValueTree) -> KeyValueDecoder {
        KeyValueDecoder(codingPath: codingPath + [key], tree: tree)
    }
}

/// The position of an element, or a name, as a coding key.
struct KeyValueCodingKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ position: Int) { (stringValue, intValue) = (String(position), position) }
    init?(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
    init?(intValue: Int) { self.init(intValue) }
}
