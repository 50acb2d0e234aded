// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

extension QueryMetadata {
    /// What the headers of an answer say. A value that makes no sense counts as absent: it is about the answer, and the
    /// answer is there.
    ///
    /// Names are compared without case: Go writes `X-Consul-Knownleader`.
    init(_ headers: HTTPHeaders) {
        self.init()
        index = headers.first(name: "X-Consul-Index").flatMap { UInt64($0) }
        backend = headers.first(name: "X-Consul-Query-Backend").map { QueryBackend($0.lowercased()) }
        // The streaming backend sends both headers and fills in neither: they are "false" and 0 with a leader and without.
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

    /// A count of milliseconds or seconds, within what a `Duration` is sure to hold.
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
