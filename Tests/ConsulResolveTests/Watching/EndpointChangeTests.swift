// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

@testable import consul_resolve

@Suite("The change of a set of endpoints")
struct EndpointChangeTests {
    private func endpoint(_ host: String, weight: UInt16 = 1, status: Endpoint.Status? = nil) throws -> Endpoint {
        var endpoint = Endpoint(host: try #require(Host(host)), port: 80, weight: weight)
        endpoint.details = status.map { Endpoint.Details(id: host, status: $0) }
        return endpoint
    }

    @Test("is what came, what went, and what is different, in an order of its own")
    func lines() throws {
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

    @Test("is none where only the order differs, or what one answer does not tell")
    func nothing() throws {
        let old = [try endpoint("10.0.0.1"), try endpoint("10.0.0.2", status: .warning)]
        let new = [try endpoint("10.0.0.2"), try endpoint("10.0.0.1", status: .passing)]
        #expect(EndpointChange(from: old, to: new).isEmpty)
        #expect(EndpointChange(from: [], to: []).isEmpty)
    }

    @Test("is a status that both tell")
    func status() throws {
        let change = EndpointChange(
            from: [try endpoint("10.0.0.1", status: .passing)],
            to: [try endpoint("10.0.0.1", status: .warning)]
        )
        #expect(change.lines == ["~ 10.0.0.1:80"])
    }
}
