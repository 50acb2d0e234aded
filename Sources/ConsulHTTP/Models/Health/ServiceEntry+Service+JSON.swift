// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry.Service {
    init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: ServiceEntry.Fields) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ID": id = try reader.read(in: bytes)
            case "Service": name = try reader.read(in: bytes)
            case "Tags": tags = try reader.read(in: bytes)
            case "Address": address = try reader.read(in: bytes)
            case "Port":
                let number = try reader.readPort(in: bytes)
                (port, hasImpossiblePort) = (number ?? 0, number == nil)
            case "Ports": ports = try reader.read(in: bytes)
            case "Weights": weights = try reader.read(in: bytes)
            case "Kind": kind = try reader.readNonEmpty(in: bytes)
            case "Proxy": try readProxy(&reader, in: bytes)
            case "TaggedAddresses" where fields.contains(.taggedAddresses):
                taggedAddresses = try reader.read(in: bytes)
            case "Meta" where fields.contains(.meta): meta = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    private mutating func readProxy(_ reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "DestinationServiceName": proxyDestination = try reader.readNonEmpty(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

extension ServiceEntry.NamedPort: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Name": name = try reader.read(in: bytes)
            case "Port": port = try reader.readPort(in: bytes)
            case "Default": isDefault = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
