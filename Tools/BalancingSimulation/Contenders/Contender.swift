// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// A way to balance that is compared with others.
package struct Contender: Sendable {
    let name: String
    /// What its lines are drawn in: a number in the palette of the charts.
    let colour: Int
    var configuration: LoadBalancer.Configuration

    init(_ name: String, colour: Int, _ policy: any BalancingPolicy, ejects: Bool) {
        self.name = name
        self.colour = colour
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        if !ejects { configuration.ejection = nil }
        self.configuration = configuration
    }

    // What others do. None of these looks at whether requests fail.
    static let roundRobin = Contender("plain round robin", colour: 0, PlainRoundRobin(), ejects: false)
    static let random = Contender("random", colour: 1, .random, ejects: false)
    static let leastLoaded = Contender("least loaded of all", colour: 2, LeastLoadedOfAll(), ejects: false)
    static let twoRandomChoices = Contender("two random choices", colour: 6, TwoRandomChoices(), ejects: false)

    // What this package does.
    static let weightedRoundRobin = Contender("weightedRoundRobin", colour: 3, .weightedRoundRobin, ejects: true)
    static let leastOutstanding = Contender("leastOutstanding", colour: 4, .leastOutstanding, ejects: true)
    static let adaptive = Contender("adaptive", colour: 5, .adaptive, ejects: true)

    static let baselines = [roundRobin, random, leastLoaded]
    static let ours = [weightedRoundRobin, leastOutstanding, adaptive]
    static let all = baselines + ours
}
