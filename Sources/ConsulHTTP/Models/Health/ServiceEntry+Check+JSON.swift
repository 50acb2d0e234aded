// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry.Check {
    static func list(
        reading reader: inout JSONReader,
        in bytes: Span<UInt8>,
        fields: ServiceEntry.Fields
    ) throws(JSONError) -> [ServiceEntry.Check] {
        try reader.readArray(in: bytes) { reader throws(JSONError) in
            try ServiceEntry.Check(reading: &reader, in: bytes, fields: fields)
        }
    }

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: ServiceEntry.Fields) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "CheckID": id = try reader.read(in: bytes)
            case "Name": name = try reader.read(in: bytes)
            case "Status": status = try reader.read(in: bytes)
            case "ServiceID": serviceID = try reader.read(in: bytes)
            case "Output" where fields.contains(.checkOutput): output = try reader.read(in: bytes)
            case "Notes" where fields.contains(.checkOutput): notes = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
