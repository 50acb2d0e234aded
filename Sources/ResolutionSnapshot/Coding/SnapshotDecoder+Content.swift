// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress
import ResolutionModel
import ResolverSupport

extension SnapshotDecoder {
    mutating func readSnapshot() throws(PrivateFileError) -> Snapshot {
        let writtenAt = try readMoment()
        var entries: [Snapshot.Entry] = []
        let count = try readCount()
        guard count <= SnapshotLimits.entries else { throw nonsense("too many services") }
        for _ in 0..<count { entries.append(try readEntry()) }
        return Snapshot(writtenAt: writtenAt, entries: entries)
    }

    private mutating func readMoment() throws(PrivateFileError) -> Int64 {
        let moment = try read(Int64.self)
        guard moment >= 0 else { throw nonsense("a time before 1970") }
        return moment
    }

    private mutating func readEntry() throws(PrivateFileError) -> Snapshot.Entry {
        let request = try readRequest()
        let givenAt = try readMoment()
        let isComplete = try readBool()
        let endpoints = try readEndpoints()
        return Snapshot.Entry(request: request, endpoints: endpoints, givenAt: givenAt, isComplete: isComplete)
    }

    private mutating func readRequest() throws(PrivateFileError) -> ServiceRequest {
        let kind = try read(UInt8.self)
        let place = Int(kind & ~SnapshotTables.portFlag)
        guard SnapshotTables.kinds.indices.contains(place) else { throw nonsense("an unknown value") }
        var request = ServiceRequest(try readText())
        request.kind = SnapshotTables.kinds[place]
        guard !request.name.isEmpty else { throw nonsense("a service without a name") }
        request.tags = try readList { decoder throws(PrivateFileError) in try decoder.readText() }
        request.locality = try readLocality()
        request.filter = try readOptionalText()
        request.near = try readOptionalText()
        request.health = try read(from: SnapshotTables.healthRules)
        request.needsDetails = try readBool()
        if kind & SnapshotTables.portFlag != 0 { request.port = try readText() }
        return request
    }

    private mutating func readLocality() throws(PrivateFileError) -> ConsulLocality {
        var locality = ConsulLocality(datacenter: try readOptionalText())
        locality.datacenterForm = try read(from: SnapshotTables.datacenterForms)
        locality.namespace = try readOptionalText()
        locality.partition = try readOptionalText()
        locality.peer = try readOptionalText()
        locality.samenessGroup = try readOptionalText()
        return locality
    }

    private mutating func readEndpoints() throws(PrivateFileError) -> [Endpoint] {
        let count = try readCount()
        guard count > 0 else { throw nonsense("a service without endpoints") }
        guard count <= endpointsLeft else { throw nonsense("too many endpoints") }
        endpointsLeft -= count
        var endpoints: [Endpoint] = []
        for _ in 0..<count { endpoints.append(try readEndpoint()) }
        return endpoints
    }

    private mutating func readEndpoint() throws(PrivateFileError) -> Endpoint {
        let host = try readHost()
        let (port, priority, weight) = (try read(UInt16.self), try read(UInt16.self), try read(UInt16.self))
        var endpoint = Endpoint(host: host, port: port, priority: priority, weight: weight)
        endpoint.node = try readOptionalText()
        endpoint.details = try readOptional { decoder throws(PrivateFileError) in try decoder.readDetails() }
        return endpoint
    }

    private mutating func readHost() throws(PrivateFileError) -> Host {
        switch try read(UInt8.self) {
        case 4: return .address(.v4(IPv4Address(rawValue: try read())))
        case 6: return .address(.v6(IPv6Address(high: try read(), low: try read())))
        case 0:
            let host = Host.name(try readText())
            guard host.isReadable else { throw nonsense("an invalid host name") }
            return host
        default: throw nonsense("an unknown kind of address")
        }
    }

    private mutating func readDetails() throws(PrivateFileError) -> Endpoint.Details {
        var details = Endpoint.Details(id: try readText())
        details.tags = try readList { decoder throws(PrivateFileError) in try decoder.readText() }
        details.status = try read(from: SnapshotTables.statuses)
        details.metadata = try readDictionary()
        details.nodeMetadata = try readDictionary()
        details.datacenter = try readOptionalText()
        return details
    }
}
