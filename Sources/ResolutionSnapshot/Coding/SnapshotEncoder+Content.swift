// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress
import ResolutionModel

// The order of the calls here, and in SnapshotDecoder+Content, defines the format of version 1.
extension SnapshotEncoder {
    mutating func write(_ snapshot: Snapshot) {
        write(snapshot.writtenAt)
        write(snapshot.entries) { $0.write($1) }
    }

    private mutating func write(_ entry: Snapshot.Entry) {
        write(entry.request)
        write(entry.givenAt)
        write(entry.isComplete)
        write(entry.endpoints) { $0.write($1) }
    }

    private mutating func write(_ request: ServiceRequest) {
        let kind = SnapshotTables.kinds.firstIndex(of: request.kind).map { UInt8(clamping: $0) } ?? 0x7F
        write(request.port == nil ? kind : kind | SnapshotTables.portFlag)
        write(request.name)
        write(request.tags) { $0.write($1) }
        write(request.locality)
        write(request.filter)
        write(request.near)
        write(request.health, from: SnapshotTables.healthRules)
        write(request.needsDetails)
        if let port = request.port { write(port) }
    }

    private mutating func write(_ locality: ConsulLocality) {
        write(locality.datacenter)
        write(locality.datacenterForm, from: SnapshotTables.datacenterForms)
        write(locality.namespace)
        write(locality.partition)
        write(locality.peer)
        write(locality.samenessGroup)
    }

    /// Writes an endpoint without its probe verdict, which is valid only in the process that probes.
    private mutating func write(_ endpoint: Endpoint) {
        write(endpoint.host)
        write(endpoint.port)
        write(endpoint.priority)
        write(endpoint.weight)
        write(endpoint.node)
        write(endpoint.details) { $0.write($1) }
    }

    private mutating func write(_ host: Host) {
        switch host {
        case .address(.v4(let address)):
            write(4 as UInt8)
            write(address.rawValue)
        case .address(.v6(let address)):
            write(6 as UInt8)
            write(address.high)
            write(address.low)
        case .name(let name):
            write(0 as UInt8)
            write(name)
        }
    }

    private mutating func write(_ details: Endpoint.Details) {
        write(details.id)
        write(details.tags) { $0.write($1) }
        write(details.status, from: SnapshotTables.statuses)
        write(details.metadata)
        write(details.nodeMetadata)
        write(details.datacenter)
    }
}
