// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry.TaggedAddress: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Address": address = try reader.read(in: bytes)
            case "Port": port = try reader.readPort(in: bytes) ?? 0
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
