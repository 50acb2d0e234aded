// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Testing

@testable import ConsulHTTP

struct QueryMetadataTests {
    @Test func `An answer without headers has no metadata`() {
        #expect(QueryMetadata([:]) == QueryMetadata())
    }

    @Test func `Metadata is read from headers in any case`() {
        let metadata = QueryMetadata([
            "x-consul-index": "18446744073709551615", "X-Consul-Knownleader": "true", "X-CONSUL-LASTCONTACT": "150",
            "X-Cache": "HIT", "age": "7", "X-Consul-Results-Filtered-By-Acls": "true",
        ])
        #expect(metadata.index == .max)
        #expect(metadata.leader == .known)
        #expect(metadata.lastContact == .milliseconds(150))
        #expect(metadata.cacheHit == true)
        #expect(metadata.age == .seconds(7))
        #expect(metadata.filteredByACLs == true)
    }

    @Test func `Answers of a server or without a backend tell whether there is a leader`() {
        for backend in ["blocking-query", nil] {
            for (header, leader) in [("true", QueryMetadata.Leader.known), ("false", .lost)] {
                var headers: HTTPHeaders = ["X-Consul-Knownleader": header, "X-Consul-Lastcontact": "7"]
                if let backend { headers.add(name: "X-Consul-Query-Backend", value: backend) }
                let metadata = QueryMetadata(headers)
                #expect(metadata.leader == leader && metadata.lastContact == .milliseconds(7))
                #expect(metadata.backend == (backend == nil ? nil : .blockingQuery))
            }
        }
    }

    /// As recorded from Consul 1.15.7 and 1.22.7 for blocking queries, and for reads that the agent's cache may answer.
    @Test(arguments: [nil, "MISS", "HIT"])
    func `Answers of the streaming backend do not tell whether there is a leader`(cache: String?) {
        var headers: HTTPHeaders = [
            "X-Consul-Default-Acl-Policy": "allow", "X-Consul-Effective-Consistency": "leader", "X-Consul-Index": "18",
            "X-Consul-Knownleader": "false", "X-Consul-Lastcontact": "0", "X-Consul-Query-Backend": "streaming",
        ]
        if let cache { headers.add(name: "X-Cache", value: cache) }
        let metadata = QueryMetadata(headers)
        #expect(metadata.backend == .streaming && metadata.index == 18)
        #expect(metadata.leader == .notTold && metadata.lastContact == nil)
        #expect(metadata.cacheHit == cache.map { $0 == "HIT" })
    }

    @Test func `Headers with invalid values count as absent`() {
        let metadata = QueryMetadata([
            "X-Consul-Index": "-1", "X-Consul-KnownLeader": "maybe", "X-Consul-LastContact": "99999999999999999999",
            "X-Cache": "stale", "Age": "1.5", "X-Consul-Results-Filtered-By-ACLs": "",
        ])
        #expect(metadata == QueryMetadata())
    }
}
