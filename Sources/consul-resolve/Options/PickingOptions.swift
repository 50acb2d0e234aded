// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// The options of commands that pick: the service and the policy.
struct PickingOptions: ParsableArguments {
    @OptionGroup var service: ServiceOptions

    @OptionGroup var failover: FailoverOptions

    @Option(help: "The balancing policy.")
    var policy = PolicyName.adaptive

    @Option(help: "A key that related requests share: with hashed, one key goes to one endpoint.")
    var key: String?

    @Option(help: "The source to query: auto, dns or http.")
    var via = Via.auto

    @OptionGroup var server: ServerOptions

    @OptionGroup var http: HTTPOptions

    func validate() throws {
        _ = try request()
        if key != nil, policy != .hashed {
            throw ValidationError("--key needs --policy hashed; \(policy.rawValue) does not use it")
        }
    }

    /// The options for each pick.
    var pickOptions: PickOptions { PickOptions(key: key) }

    /// Returns the current state of the service.
    func settledService() async throws -> SettledService {
        let resolver = try server.resolver(via: via, http: http)
        let resolution = try await resolver.resolve(try request())
        await Bounded.wait { await resolver.shutdown() }
        return SettledService(resolution, policy: policy.policy)
    }

    /// Reports on standard error that the endpoints come from an alternative datacenter, and that Consul cannot confirm
    /// them.
    func tellOrigin(of picked: SettledService) {
        let known = picked.resolution
        if let alternative = known.alternative { Terminal.say("from \(alternative)") }
        if known.isStale { Terminal.say(known.staleness(of: service.description)) }
    }

    private func request() throws -> ServiceRequest {
        try failover.applied(to: try service.request(via: via))
    }
}

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
