// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// Decodes the body of an answer: a JSON array of instances, or null for none.
    ///
    /// Unknown members are skipped. Time and memory are linear in the size of the requested fields; the result keeps no
    /// reference to `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The whole body, uncompressed.
    ///   - fields: The optional fields to decode.
    /// - Throws: ``JSONError`` if the body is not such an array. There are no partial results: in half a list, the
    ///   missing instances would seem to be deregistered.
    public static func decodeList(
        _ bytes: Span<UInt8>,
        fields: Fields = .standard
    ) throws(JSONError) -> [ServiceEntry] {
        try JSONReader.document(bytes) { reader throws(JSONError) in
            try list(reading: &reader, in: bytes, fields: fields)
        }
    }

    /// Decodes the body of an answer from an array; see ``decodeList(_:fields:)-(Span<UInt8>,_)``.
    public static func decodeList(
        _ bytes: [UInt8],
        fields: Fields = .standard
    ) throws(JSONError) -> [ServiceEntry] {
        try decodeList(bytes.span, fields: fields)
    }

    static func list(
        reading reader: inout JSONReader,
        in bytes: Span<UInt8>,
        fields: Fields
    ) throws(JSONError) -> [ServiceEntry] {
        try reader.readArray(in: bytes) { reader throws(JSONError) in
            try ServiceEntry(reading: &reader, in: bytes, fields: fields)
        }
    }

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: Fields) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Node": node = try Node(reading: &reader, in: bytes, fields: fields)
            case "Service": service = try Service(reading: &reader, in: bytes, fields: fields)
            case "Checks": checks = try Check.list(reading: &reader, in: bytes, fields: fields)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
