// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// Which service to pick from, and who chooses.
struct PickingOptions: ParsableArguments {
    @OptionGroup var service: ServiceOptions

    @OptionGroup var failover: FailoverOptions

    @Option(help: "Who chooses.")
    var policy = PolicyName.adaptive

    @Option(help: "What requests that belong together have in common: with hashed, one key goes to one endpoint.")
    var key: String?

    @Option(help: "Which of Consul's interfaces to ask: auto, dns or http.")
    var via = Via.auto

    @OptionGroup var server: ServerOptions

    @OptionGroup var http: HTTPOptions

    func validate() throws {
        _ = try request()
        if key != nil, policy != .hashed {
            throw ValidationError("--key goes with --policy hashed; \(policy.rawValue) does not look at it")
        }
    }

    /// What a pick is to heed.
    var pickOptions: PickOptions { PickOptions(key: key) }

    /// The service as Consul knows it now.
    func settledService() async throws -> SettledService {
        let resolver = try server.resolver(via: via, http: http)
        let resolution = try await resolver.resolve(try request())
        await Bounded.wait { await resolver.shutdown() }
        return SettledService(resolution, policy: policy.policy)
    }

    /// Says on standard error where endpoints are from that are not from where they were asked for, and that Consul cannot
    /// confirm them.
    func tellOrigin(of picked: SettledService) {
        let known = picked.resolution
        if let alternative = known.alternative { Terminal.say("from \(alternative)") }
        if known.isStale { Terminal.say(known.staleness(of: service.description)) }
    }

    private func request() throws -> ServiceRequest {
        try failover.applied(to: try service.request(via: via))
    }
}
