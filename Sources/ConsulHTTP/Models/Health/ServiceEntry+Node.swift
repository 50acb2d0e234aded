// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// A node of the cluster.
    public struct Node: Hashable, Sendable {
        /// The name of the node, unique within the datacenter.
        public var name = ""

        /// The id of the node, a UUID; empty for nodes that were registered without one, such as those of external
        /// services.
        public var id = ""

        /// The address of the node, which may be a host name.
        public var address = ""

        /// The datacenter of the node.
        public var datacenter = ""

        /// Addresses for callers from other networks, such as `lan`, `wan` and `lan_ipv6`.
        package var taggedAddresses = TaggedAddresses()

        /// The operator's metadata.
        public var meta: [String: String] = [:]

        /// Creates an empty node.
        package init() {}
    }
}

extension ServiceEntry.Node {
    /// The addresses of a node by their tags. A list: a node has four, which are found sooner than they are hashed.
    package struct TaggedAddresses: Hashable, Sendable {
        private var list: [Tagged] = []

        private struct Tagged: Hashable, Sendable {
            let tag: String
            let address: String
        }

        package init() {}

        package var isEmpty: Bool { list.isEmpty }

        /// The address with a tag.
        package subscript(tag: String) -> String? {
            get { list.first { $0.tag == tag }?.address }
            set {
                list.removeAll { $0.tag == tag }
                if let newValue { list.append(Tagged(tag: tag, address: newValue)) }
            }
        }
    }
}

extension ServiceEntry.Node.TaggedAddresses: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            if list.isEmpty { list.reserveCapacity(4) }
            // The last of equal keys wins, as in other maps.
            self[key.text.string(in: bytes)] = try reader.read(String.self, in: bytes)
        }
    }
}

extension ServiceEntry.Node {
    /// Reads a node, with its optional fields as far as they are requested.
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: ServiceEntry.Fields) throws(JSONError)
    {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ID" where fields.contains(.labels): id = try reader.read(in: bytes)
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
