// SPDX-License-Identifier: Apache-2.0

// The containers forward to the decoder of a node; the protocols ask for a method for each type.

/// The value of one node.
struct SingleValue: SingleValueDecodingContainer {
    let decoder: KeyValueDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.tree.value == nil && decoder.tree.children.isEmpty }
    func decode(_: Bool.Type) throws -> Bool { try decoder.bool() }
    func decode(_: String.Type) throws -> String { try decoder.string() }
    func decode(_ type: Double.Type) throws -> Double { try decoder.parse(type) }
    func decode(_ type: Float.Type) throws -> Float { try decoder.parse(type) }
    func decode(_ type: Int.Type) throws -> Int { try decoder.parse(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoder.parse(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoder.parse(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoder.parse(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoder.parse(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try decoder.parse(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.parse(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.parse(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.parse(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.parse(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decode(type) }
}

/// The nodes below one node, by name.
struct KeyedValues<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: KeyValueDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { decoder.tree.children.keys.sorted().compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { decoder.tree.children[key.stringValue] != nil }

    private func node(_ key: some CodingKey) throws -> KeyValueDecoder {
        guard let tree = decoder.tree.children[key.stringValue] else {
            let context = DecodingError.Context(codingPath: codingPath, debugDescription: "there is no such key")
            throw DecodingError.keyNotFound(key, context)
        }
        return decoder.child(key, tree)
    }

    private func value(_ key: Key) throws -> SingleValue { SingleValue(decoder: try node(key)) }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).decodeNil() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).decode(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key).decode(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(key).decode(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try value(key).decode(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(key).decode(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try value(key).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(key).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try value(key).decode(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(key).decode(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(key).decode(type) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try node(key).decode(type) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try node(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try node(key).unkeyedContainer()
    }

    /// The keys of a superclass are those of the node itself, unless it encodes them under a key of its own.
    func superDecoder() throws -> any Decoder { (try? node(KeyValueCodingKey(stringValue: "super")!)) ?? decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try node(key) }
}

/// The elements of one node.
struct ElementValues: UnkeyedDecodingContainer {
    let decoder: KeyValueDecoder
    let elements: [KeyValueTree]
    private(set) var currentIndex = 0

    init(decoder: KeyValueDecoder, elements: [KeyValueTree]) {
        (self.decoder, self.elements) = (decoder, elements)
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private func node(for type: Any.Type) throws -> KeyValueDecoder {
        let key = KeyValueCodingKey(currentIndex)
        guard !isAtEnd else {
            let context = DecodingError.Context(codingPath: codingPath + [key], debugDescription: "is no element")
            throw DecodingError.valueNotFound(type, context)
        }
        return decoder.child(key, elements[currentIndex])
    }

    /// Moves on after a success, as the protocol requires.
    private mutating func next<Value>(_ decode: (KeyValueDecoder) throws -> Value) throws -> Value {
        let value = try decode(try node(for: Value.self))
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard SingleValue(decoder: try node(for: Any?.self)).decodeNil() else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode(_: Bool.Type) throws -> Bool { try next { try $0.bool() } }
    mutating func decode(_: String.Type) throws -> String { try next { try $0.string() } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.parse(type) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.parse(type) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.parse(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.parse(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.parse(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.parse(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.parse(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.parse(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.parse(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.parse(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.parse(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.parse(type) } }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next { try $0.decode(type) } }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try next { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}
