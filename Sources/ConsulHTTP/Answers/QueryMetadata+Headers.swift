// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

extension QueryMetadata {
    /// Reads the metadata from the headers of an answer. An invalid value counts as absent: it concerns only the
    /// metadata, and the answer itself is usable.
    ///
    /// Header names are compared without case: Go writes `X-Consul-Knownleader`.
    init(_ headers: HTTPHeaders) {
        self.init()
        index = headers.first(name: "X-Consul-Index").flatMap { UInt64($0) }
        backend = headers.first(name: "X-Consul-Query-Backend").map { QueryBackend($0.lowercased()) }
        // The streaming backend sends both headers without real values: "false" and 0, with or without a leader.
        if backend != .streaming {
            knownLeader = headers.first(name: "X-Consul-KnownLeader").flatMap { Bool($0.lowercased()) }
            lastContact = headers.first(name: "X-Consul-LastContact").flatMap { Self.number($0) }
                .map { .milliseconds($0) }
        }
        cacheHit = headers.first(name: "X-Cache").flatMap(Self.isHit)
        age = headers.first(name: "Age").flatMap { Self.number($0) }.map { .seconds($0) }
        translatesAddresses = headers.first(name: "X-Consul-Translate-Addresses").flatMap { Bool($0.lowercased()) }
        filteredByACLs = headers.first(name: "X-Consul-Results-Filtered-By-ACLs").flatMap { Bool($0.lowercased()) }
    }

    /// Returns a number of milliseconds or seconds that is small enough for a `Duration`.
    private static func number(_ text: String) -> Int64? {
        UInt32(text).map(Int64.init)
    }

    private static func isHit(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "hit": true
        case "miss": false
        default: nil
        }
    }
}
