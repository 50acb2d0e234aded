// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry.Weights: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            // Consul keeps weights within these bounds. A weight beyond them comes from another writer, and is clamped.
            case "Passing": passing = UInt16(clamping: try reader.read(Int.self, in: bytes))
            case "Warning": warning = UInt16(clamping: try reader.read(Int.self, in: bytes))
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
