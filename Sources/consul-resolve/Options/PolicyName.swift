// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// The balancing policies, by the names that the library has for them.
enum PolicyName: String, ExpressibleByArgument, CaseIterable {
    case adaptive
    case weightedRoundRobin
    case leastOutstanding
    case hashed
    case random
    case pickFirst

    /// The policy with its default settings.
    var policy: any BalancingPolicy {
        switch self {
        case .adaptive: .adaptive
        case .weightedRoundRobin: .weightedRoundRobin
        case .leastOutstanding: .leastOutstanding
        case .hashed: .hashed
        case .random: .random
        case .pickFirst: .pickFirst
        }
    }
}
