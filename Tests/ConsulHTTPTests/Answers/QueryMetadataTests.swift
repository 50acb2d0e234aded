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

    @Test func `What makes no sense is not known`() {
        let metadata = QueryMetadata([
            "X-Consul-Index": "-1", "X-Consul-KnownLeader": "maybe", "X-Consul-LastContact": "99999999999999999999",
            "X-Cache": "stale", "Age": "1.5", "X-Consul-Results-Filtered-By-ACLs": "",
        ])
        #expect(metadata == QueryMetadata())
    }
}
