// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

@testable import consul_resolve

struct EndpointChangeTests {
    private func endpoint(_ host: String, weight: UInt16 = 1, status: Endpoint.Status? = nil) throws -> Endpoint {
        var endpoint = Endpoint(host: try #require(Host(host)), port: 80, weight: weight)
        endpoint.details = status.map { Endpoint.Details(id: host, status: $0) }
        return endpoint
    }

    @Test
    func `A change lists added, removed and altered endpoints in a fixed order`() throws {
        let old = [
            try endpoint("10.0.0.4"), try endpoint("10.0.0.1"), try endpoint("10.0.0.2"), try endpoint("10.0.0.5"),
        ]
        let new = [try endpoint("10.0.0.9"), try endpoint("10.0.0.2", weight: 5), try endpoint("10.0.0.3"), old[1]]
        let change = EndpointChange(from: old, to: new)
        #expect(
            change.lines == [
                "- 10.0.0.4:80", "- 10.0.0.5:80", "~ 10.0.0.2:80", "+ 10.0.0.3:80", "+ 10.0.0.9:80",
            ]
        )
    }

    @Test
    func `A change is empty where only the order differs, or one answer lacks a value`() throws {
        let old = [try endpoint("10.0.0.1"), try endpoint("10.0.0.2", status: .warning)]
        let new = [try endpoint("10.0.0.2"), try endpoint("10.0.0.1", status: .passing)]
        #expect(EndpointChange(from: old, to: new).isEmpty)
        #expect(EndpointChange(from: [], to: []).isEmpty)
    }

    @Test func `A changed status counts if both answers have one`() throws {
        let change = EndpointChange(
            from: [try endpoint("10.0.0.1", status: .passing)],
            to: [try endpoint("10.0.0.1", status: .warning)]
        )
        #expect(change.lines == ["~ 10.0.0.1:80"])
    }
}
