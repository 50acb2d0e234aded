// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP

/// The definition of a prepared query: a named lookup of a service that Consul executes, with failover to other
/// datacenters.
public struct PreparedQuery: Hashable, Sendable {
    /// The id that Consul gave the query; empty before its creation.
    public package(set) var id = ""

    /// The name by which the query is executed, over HTTP and as `NAME.query.consul` over DNS; empty for a query that is
    /// executed by its id only.
    public var name: String

    /// The service to look up.
    public var service: String

    /// The number of nearest other datacenters to try, by their round-trip time, if no instance is healthy here. Default
    /// 0.
    public var nearestDatacenters = 0

    /// The datacenters to try after those, in order. Default none. One that does not exist is skipped.
    public var datacenters: [String] = []

    /// True to return only instances whose checks all pass; false, the default, to return those with warnings, too.
    public var onlyPassing = false

    /// The ids of checks that do not count. Default none.
    public var ignoredChecks: [String] = []

    /// The tags that an instance must have, and with `!` before them those it must not have. Default none.
    public var tags: [String] = []

    /// Metadata that a node must have. Default none.
    public var nodeMeta: [String: String] = [:]

    /// Metadata that an instance must have. Default none.
    public var serviceMeta: [String: String] = [:]

    /// The node from which distances are measured, `_agent` for that of the agent that executes the query; empty, the
    /// default, for a random order.
    public var near = ""

    /// True to return instances that take part in the mesh. Default false.
    public var connect = false

    /// The TTL of answers over DNS; `nil`, the default, for the agent's configuration.
    public var timeToLive: Duration?

    /// The session that deletes the query when it ends; empty, the default, without one.
    package var session = ""

    /// The template by which the query answers for other names; `nil` by default.
    public var template: Template?

    /// A template of queries.
    public struct Template: Hashable, Sendable {
        /// The kind of match: `name_prefix_match` is the only one that Consul has.
        package var kind = "name_prefix_match"

        /// The regular expression that splits the name.
        public var expression = ""

        /// True to remove empty tags after the substitution. Default false.
        package var removesEmptyTags = false

        /// Creates a template of the only kind, without an expression.
        public init() {}
    }

    /// Creates a definition.
    ///
    /// - Parameters:
    ///   - name: The name of the query; empty for a query that is executed by its id only.
    ///   - service: The service to look up.
    public init(_ name: String, service: String) {
        (self.name, self.service) = (name, service)
    }
}

extension PreparedQuery {
    /// The definition as it is sent. Without an id: Consul takes it from the path.
    var json: JSON {
        var members: JSON.Members = [
            "Name": .string(name), "Session": .string(session),
            "Service": .object([
                "Service": .string(service),
                "Failover": .object([
                    "NearestN": .integer(nearestDatacenters), "Datacenters": .array(datacenters.map(JSON.string)),
                ]),
                "OnlyPassing": .bool(onlyPassing), "IgnoreCheckIDs": .array(ignoredChecks.map(JSON.string)),
                "Near": .string(near), "Tags": .array(tags.map(JSON.string)), "NodeMeta": .texts(nodeMeta),
                "ServiceMeta": .texts(serviceMeta), "Connect": .bool(connect),
            ]),
            "DNS": .object(["TTL": .string(timeToLive?.goText ?? "")]),
        ]
        if let template {
            let object: JSON.Members = [
                "Type": .string(template.kind), "Regexp": .string(template.expression),
                "RemoveEmptyTags": .bool(template.removesEmptyTags),
            ]
            members.list.append(("Template", .object(object)))
        }
        return .object(members)
    }
}

extension PreparedQuery: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init("", service: "")
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ID": id = try reader.read(in: bytes)
            case "Name": name = try reader.read(in: bytes)
            case "Session": session = try reader.read(in: bytes)
            case "Service": try readService(&reader, in: bytes)
            case "Template":
                let read = try reader.read(Template.self, in: bytes)
                template = read.kind.isEmpty ? nil : read
            case "DNS": timeToLive = try reader.readQueryTimeToLive(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    private mutating func readService(_ reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Service": service = try reader.read(in: bytes)
            case "Failover": try readFailover(&reader, in: bytes)
            case "OnlyPassing": onlyPassing = try reader.read(in: bytes)
            case "IgnoreCheckIDs": ignoredChecks = try reader.read(in: bytes)
            case "Near": near = try reader.read(in: bytes)
            case "Tags": tags = try reader.read(in: bytes)
            case "NodeMeta": nodeMeta = try reader.read(in: bytes)
            case "ServiceMeta": serviceMeta = try reader.read(in: bytes)
            case "Connect": connect = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    private mutating func readFailover(_ reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "NearestN": nearestDatacenters = try reader.read(in: bytes)
            case "Datacenters": datacenters = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

extension PreparedQuery.Template: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        kind = ""
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Type": kind = try reader.read(in: bytes)
            case "Regexp": expression = try reader.read(in: bytes)
            case "RemoveEmptyTags": removesEmptyTags = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
