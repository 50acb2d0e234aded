// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// One of the balancers that are compared.
package struct Contender: Sendable {
    let name: String
    /// The color of its lines: an index into the palette of the charts.
    let color: Int
    var configuration: LoadBalancer.Configuration

    init(_ name: String, color: Int, _ policy: any BalancingPolicy, ejects: Bool) {
        self.name = name
        self.color = color
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        if !ejects { configuration.ejection = nil }
        self.configuration = configuration
    }

    // The common alternatives. None of them considers failures of requests.
    static let roundRobin = Contender("plain round robin", color: 0, PlainRoundRobin(), ejects: false)
    static let random = Contender("random", color: 1, .random, ejects: false)
    static let leastLoaded = Contender("least loaded of all", color: 2, LeastLoadedOfAll(), ejects: false)
    static let twoRandomChoices = Contender("two random choices", color: 6, TwoRandomChoices(), ejects: false)

    // The policies of this package.
    static let weightedRoundRobin = Contender("weightedRoundRobin", color: 3, .weightedRoundRobin, ejects: true)
    static let leastOutstanding = Contender("leastOutstanding", color: 4, .leastOutstanding, ejects: true)
    static let adaptive = Contender("adaptive", color: 5, .adaptive, ejects: true)

    static let baselines = [roundRobin, random, leastLoaded]
    static let ours = [weightedRoundRobin, leastOutstanding, adaptive]
    static let all = baselines + ours
}
