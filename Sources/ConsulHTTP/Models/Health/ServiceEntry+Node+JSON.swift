// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry.Node {
    init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: ServiceEntry.Fields) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ID": id = try reader.read(in: bytes)
            case "Node": name = try reader.read(in: bytes)
            case "Address": address = try reader.read(in: bytes)
            case "Datacenter": datacenter = try reader.read(in: bytes)
            case "TaggedAddresses" where fields.contains(.taggedAddresses):
                taggedAddresses = try reader.read(in: bytes)
            case "Meta" where fields.contains(.meta): meta = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
