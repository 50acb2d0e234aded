// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import Testing

@testable import ConsulResolver
@testable import EndpointProbing
@testable import ResolutionModel

struct ResolutionProbingTests {
    @Test
    func `A resolution leaves out endpoints that are down, and has the verdicts of the others`() {
        let found = resolution(1, 2, 3).applying(verdicts([1: .up, 2: .down]))
        #expect(found.endpoints.map(\.port) == [1, 3])
        #expect(found.endpoints.map(\.probe) == [.up, nil])
        #expect(found.isComplete)
    }

    @Test func `A resolution keeps every endpoint when all of them are down`() {
        let found = resolution(1, 2).applying(verdicts([1: .down, 2: .down]))
        #expect(found.endpoints.map(\.port) == [1, 2])
        #expect(found.endpoints.map(\.probe) == [.down, .down])
    }

    @Test func `A resolution with one endpoint down keeps one without a verdict`() {
        let found = resolution(1, 2).applying(verdicts([1: .down]))
        #expect(found.endpoints.map(\.port) == [2])
    }

    @Test
    func `A resolution does not change without verdicts, by verdicts on others, or without endpoints`() {
        #expect(resolution(1, 2).applying([:]).endpoints == resolution(1, 2).endpoints)
        #expect(resolution(1, 2).applying(verdicts([3: .down])).endpoints == resolution(1, 2).endpoints)
        let empty = Resolution(.empty(.noHealthyInstance), source: .http, isComplete: true)
        #expect(empty.applying(verdicts([1: .down])).isEmpty)
    }

    @Test func `A resolution applies one verdict to all instances that share a port`() {
        #expect(resolution(1, 1, 2).applying(verdicts([1: .down])).endpoints.map(\.port) == [2])
    }

    @Test
    func `An endpoint keeps its other details beside a verdict, and is unchanged without one`() {
        var endpoint = Endpoint(host: .address(.v4(.loopback)), port: 1)
        let plain = endpoint
        endpoint.details = Endpoint.Details(id: "a", tags: ["v1"])
        endpoint.probe = .up
        #expect(endpoint.details?.id == "a")
        #expect(endpoint.probe == .up)
        #expect(endpoint != plain)
        endpoint.details = nil
        #expect(endpoint.probe == .up)
        endpoint.probe = nil
        #expect(endpoint == plain)
        #expect(endpoint.hashValue == plain.hashValue)
    }

    private func resolution(_ ports: UInt16...) -> Resolution {
        Resolution(
            .endpoints(ports.map { Endpoint(host: .address(.v4(.loopback)), port: $0) }),
            source: .dnsUDP,
            isComplete: true
        )
    }

    private func verdicts(_ byPort: [UInt16: ProbeVerdict]) -> [HostPort: ProbeVerdict] {
        [HostPort: ProbeVerdict](uniqueKeysWithValues: byPort.map { (HostPort(loopback: $0), $1) })
    }
}
