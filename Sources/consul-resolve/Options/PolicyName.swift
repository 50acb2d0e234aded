// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// Who chooses among the endpoints, by the name that the library has for it.
enum PolicyName: String, ExpressibleByArgument, CaseIterable {
    case adaptive
    case weightedRoundRobin
    case leastOutstanding
    case hashed
    case random
    case pickFirst

    /// The policy, as it is without settings.
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
