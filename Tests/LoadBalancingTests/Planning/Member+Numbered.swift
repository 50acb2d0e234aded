// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import ResolverSupport

@testable import LoadBalancing

extension Member {
    /// Returns a member for tests: its number is its address and its identity.
    static func numbered(
        _ number: Int,
        priority: UInt16 = 1,
        weight: UInt16 = 1,
        isHealthy: Bool = true,
        node: String? = nil,
        details: Endpoint.Details? = nil,
        joinedAt: Moment? = nil,
        lastFailure: Moment? = nil
    ) -> Member {
        let address = IPv4Address(rawValue: 0x0A00_0000 + UInt32(number))
        var endpoint = Endpoint(host: .address(.v4(address)), port: 80, priority: priority, weight: weight, node: node)
        endpoint.details = details
        return Member(
            endpoint: endpoint,
            identity: UInt64(number),
            isHealthy: isHealthy,
            joinedAt: joinedAt,
            lastFailure: lastFailure
        )
    }

    /// Returns members on one node, of which the first ones are healthy.
    static func group(
        _ total: Int,
        healthy: Int,
        from first: Int = 0,
        priority: UInt16 = 1,
        node: String? = nil
    ) -> [Member] {
        (0..<total).map { numbered(first + $0, priority: priority, isHealthy: $0 < healthy, node: node) }
    }
}
