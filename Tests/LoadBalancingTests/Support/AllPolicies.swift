// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// The policies of this library.
enum AllPolicies {
    static let all: [any BalancingPolicy] = [
        .weightedRoundRobin, .leastOutstanding, .adaptive, .hashed, .random, .pickFirst,
    ]

    /// The policies that use every endpoint, given time.
    static let spreading: [any BalancingPolicy] = [.weightedRoundRobin, .leastOutstanding, .adaptive, .random]
}
