// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// The reads of the catalog, for single reads and for watches, and the decoding of their answers.
enum CatalogRead {
    static func nodes(_ options: ReadOptions) -> ReadRequest {
        ReadRequest(RequestPath("/v1/catalog/nodes"), options: options)
    }

    static func decodeNodes(_ body: [UInt8]) throws -> [ServiceEntry.Node] {
        try JSONReader.document(body.span) { reader throws(JSONError) in
            try reader.readArray(in: body.span) { reader throws(JSONError) in
                try ServiceEntry.Node(reading: &reader, in: body.span, fields: .standard)
            }
        }
    }

    static func services(_ options: ReadOptions) -> ReadRequest {
        ReadRequest(RequestPath("/v1/catalog/services"), options: options)
    }

    /// Decodes the names of services and their tags. Consul collects the tags in an order that changes from answer to
    /// answer, so they are sorted: otherwise each answer would be a change.
    static func decodeServices(_ body: [UInt8]) throws -> [CatalogService] {
        try JSONReader.decode([String: [String]].self, from: body.span)
            .map { CatalogService(name: $0.key, tags: $0.value.sorted()) }
            .sorted { $0.name < $1.name }
    }

    static func checks(_ selection: HealthCheck.Selection, _ options: ReadOptions) -> ReadRequest {
        ReadRequest(selection.path, options: options)
    }

    static func decodeChecks(_ body: [UInt8]) throws -> [HealthCheck] {
        try JSONReader.decode([HealthCheck].self, from: body.span)
    }

    /// Decodes the instances on a node; `nil` if there is no such node.
    static func decodeNodeServices(_ body: [UInt8]) throws -> [ServiceEntry.Service]? {
        try JSONReader.decode(NodeServices.self, from: body.span).services
    }

    private struct NodeServices: JSONReadable {
        var services: [ServiceEntry.Service]?

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            var (isKnown, services) = (false, [ServiceEntry.Service]())
            guard try reader.beginObject(in: bytes) else { return }
            while let key = try reader.nextKey(in: bytes) {
                switch key {
                case "Node":
                    isKnown = try !reader.readNull(in: bytes)
                    if isKnown { try reader.skipValue(in: bytes) }
                case "Services":
                    services = try reader.readArray(in: bytes) { reader throws(JSONError) in
                        try ServiceEntry.Service(reading: &reader, in: bytes, fields: .standard)
                    }
                default: try reader.skipValue(in: bytes)
                }
            }
            self.services = isKnown ? services : nil
        }
    }
}

/// A service in Consul's catalog.
public struct CatalogService: Hashable, Sendable {
    /// The name of the service.
    public var name: String

    /// The tags that at least one instance has, sorted.
    public var tags: [String]
}
