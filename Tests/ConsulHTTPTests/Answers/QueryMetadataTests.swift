// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Testing

@testable import ConsulHTTP

struct QueryMetadataTests {
    @Test func `Nothing is known of an answer without headers`() {
        #expect(QueryMetadata([:]) == QueryMetadata())
    }

    @Test func `Headers are read however they are spelled`() {
        let metadata = QueryMetadata([
            "x-consul-index": "18446744073709551615", "X-Consul-Knownleader": "true", "X-CONSUL-LASTCONTACT": "150",
            "X-Cache": "HIT", "age": "7", "X-Consul-Results-Filtered-By-Acls": "true",
        ])
        #expect(metadata.index == .max)
        #expect(metadata.knownLeader == true)
        #expect(metadata.lastContact == .milliseconds(150))
        #expect(metadata.cacheHit == true)
        #expect(metadata.age == .seconds(7))
        #expect(metadata.filteredByACLs == true)
    }

    @Test func `A server tells whether it knows a leader, and so do agents that name no backend`() {
        for backend in ["blocking-query", nil] {
            for (header, leader) in [("true", QueryMetadata.Leader.known), ("false", .lost)] {
                var headers: HTTPHeaders = ["X-Consul-Knownleader": header, "X-Consul-Lastcontact": "7"]
                if let backend { headers.add(name: "X-Consul-Query-Backend", value: backend) }
                let metadata = QueryMetadata(headers)
                #expect(metadata.leader == leader && metadata.lastContact == .milliseconds(7))
                #expect(metadata.backend == (backend == nil ? nil : .blockingQuery))
                #expect(metadata.knownLeader == (leader == .known))
            }
        }
    }

    /// As recorded of Consul 1.15.7 and 1.22.7 for blocking queries and for reads that may come from the agent's cache.
    @Test(arguments: [nil, "MISS", "HIT"])
    func `The streaming backend does not tell whether there is a leader, although it says no`(cache: String?) {
        var headers: HTTPHeaders = [
            "X-Consul-Default-Acl-Policy": "allow", "X-Consul-Effective-Consistency": "leader", "X-Consul-Index": "18",
            "X-Consul-Knownleader": "false", "X-Consul-Lastcontact": "0", "X-Consul-Query-Backend": "streaming",
        ]
        if let cache { headers.add(name: "X-Cache", value: cache) }
        let metadata = QueryMetadata(headers)
        #expect(metadata.backend == .streaming && metadata.index == 18)
        #expect(metadata.leader == .notTold && metadata.knownLeader == nil && metadata.lastContact == nil)
        #expect(metadata.cacheHit == cache.map { $0 == "HIT" })
    }

    @Test func `What makes no sense is not known`() {
        let metadata = QueryMetadata([
            "X-Consul-Index": "-1", "X-Consul-KnownLeader": "maybe", "X-Consul-LastContact": "99999999999999999999",
            "X-Cache": "stale", "Age": "1.5", "X-Consul-Results-Filtered-By-ACLs": "",
        ])
        #expect(metadata == QueryMetadata())
    }
}
