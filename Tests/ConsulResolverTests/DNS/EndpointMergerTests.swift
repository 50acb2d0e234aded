// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSources

struct EndpointMergerTests {
    private func merged(_ endpoints: [Endpoint], capacity: Int = 0) -> [Endpoint] {
        var merger = EndpointMerger(capacity: capacity)
        for endpoint in endpoints { merger.add(endpoint) }
        return merger.endpoints
    }

    private func endpoint(
        _ host: String,
        port: UInt16 = 80,
        priority: UInt16 = 1,
        weight: UInt16 = 1,
        node: String? = nil
    ) throws -> Endpoint {
        Endpoint(host: try #require(Host(host)), port: port, priority: priority, weight: weight, node: node)
    }

    @Test func `The endpoint merger keeps endpoints that differ in host or port, in their order`() throws {
        let endpoints = try [
            endpoint("10.0.0.2"), endpoint("10.0.0.1"), endpoint("10.0.0.1", port: 81), endpoint("2001:db8::1"),
            endpoint("db.example.com"), endpoint("db.example.com", port: 0),
        ]
        #expect(merged(endpoints) == endpoints)
    }

    @Test func `The endpoint merger takes names that differ only in case for one host`() throws {
        let endpoints = try [endpoint("db.example.com"), endpoint("DB.example.COM", weight: 3)]
        #expect(merged(endpoints).map(\.weight) == [3])
        #expect(merged(endpoints).map(\.authority) == ["db.example.com:80"])
    }

    @Test func `The endpoint merger yields the same endpoint in whatever order the records come`() throws {
        let records = try [
            endpoint("10.0.0.1", weight: 2, node: "b"), endpoint("10.0.0.1", weight: 5, node: "a"),
            endpoint("10.0.0.1", weight: 4), endpoint("10.0.0.1", priority: 2, weight: 99, node: "c"),
        ]
        let expected = try endpoint("10.0.0.1", weight: 5, node: "a")
        for first in records.indices {
            var generator = SeededGenerator(seed: UInt64(first))
            #expect(merged(records.shuffled(using: &generator)) == [expected])
        }
    }

    @Test func `The endpoint merger keeps the weight that belongs to the better priority`() throws {
        let records = try [endpoint("10.0.0.1", priority: 2, weight: 99), endpoint("10.0.0.1", priority: 1, weight: 3)]
        #expect(merged(records) == [try endpoint("10.0.0.1", weight: 3)])
    }

    @Test(arguments: [0, 8, 5000])
    func `The endpoint merger neither loses nor doubles an endpoint, at any capacity`(capacity: Int) throws {
        var generator = SeededGenerator(seed: 7)
        var endpoints: [Endpoint] = []
        for index in 0..<3000 {
            endpoints.append(try endpoint(ConsulAgent.instanceAddress(index), port: UInt16(index % 3)))
            if index % 2 == 0 { endpoints.append(try endpoint("h\(index).example.com")) }
        }
        let result = merged((endpoints + endpoints).shuffled(using: &generator), capacity: capacity)
        #expect(result.count == endpoints.count)
        #expect(Set(result) == Set(endpoints))
    }
}
