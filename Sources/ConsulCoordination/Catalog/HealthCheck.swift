// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// A health check of a node or of an instance of a service, as Consul's catalog knows it.
public struct HealthCheck: Hashable, Sendable {
    /// The name of the node.
    public var node = ""

    /// The id of the check, unique on its node.
    public var id = ""

    /// The name of the check, for users.
    public var name = ""

    /// The status of the check.
    public var status = HealthStatus.unknown

    /// The id of the instance that the check belongs to; `nil` for a check of the node.
    public var serviceID: String?

    /// The name of the service that the check belongs to; `nil` for a check of the node.
    public var service: String?

    /// The last output of the check. Consul tells of a new output of the same status with a delay of up to five minutes
    /// (`check_update_interval`).
    public var output = ""

    /// The operator's notes, and in maintenance mode the reason.
    public var notes = ""

    /// Creates an empty check.
    package init() {}

    /// True for the check that Consul creates while a node or an instance is under maintenance.
    public var isMaintenance: Bool { id == "_node_maintenance" || id.hasPrefix("_service_maintenance:") }
}

extension HealthCheck: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Node": node = try reader.read(in: bytes)
            case "CheckID": id = try reader.read(in: bytes)
            case "Name": name = try reader.read(in: bytes)
            case "Status": status = try reader.read(in: bytes)
            case "ServiceID": serviceID = try reader.readNonEmpty(in: bytes)
            case "ServiceName": service = try reader.readNonEmpty(in: bytes)
            case "Output": output = try reader.read(in: bytes)
            case "Notes": notes = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

extension Sequence<HealthCheck> {
    /// The worst status of the checks; passing if there are none. Maintenance is worse than critical, critical than
    /// warning, and warning than passing, as in Consul's own client.
    public var aggregatedStatus: HealthStatus {
        reduce(.passing) { Swift.max($0, $1.isMaintenance ? .maintenance : $1.status) }
    }
}

extension HealthCheck {
    /// The checks that a query is for.
    public struct Selection: Hashable, Sendable {
        let path: RequestPath

        /// The checks of a service, on all nodes: those of the service itself, and not those of its nodes.
        public static func service(_ name: String) -> Selection {
            Selection(path: RequestPath("/v1/health/checks").appending(segment: name))
        }

        /// The checks of a node and of all instances on it.
        public static func node(_ name: String) -> Selection {
            Selection(path: RequestPath("/v1/health/node").appending(segment: name))
        }

        /// All checks of a status. Consul gives checks under maintenance the status critical, so
        /// ``/ConsulHTTP/HealthStatus/maintenance`` selects no check.
        public static func status(_ status: HealthStatus) -> Selection {
            Selection(path: RequestPath("/v1/health/state").appending(segment: status.description))
        }

        /// All checks of the datacenter.
        public static let all = Selection(path: RequestPath("/v1/health/state/any"))
    }
}
