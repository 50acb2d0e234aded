// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// The options of commands that pick, beside those of the request.
struct PickingOptions: ParsableArguments {
    @Option(help: "The balancing policy.")
    var policy = PolicyName.adaptive

    @Option(help: "A key that related requests share: with hashed, one key goes to one endpoint.")
    var key: String?

    func validate() throws {
        if key != nil, policy != .hashed {
            throw ValidationError("--key needs --policy hashed; \(policy.rawValue) does not use it")
        }
    }

    /// The options for each pick.
    var pickOptions: PickOptions { PickOptions(key: key) }

    /// Prints the reason that a pick failed.
    ///
    /// - Returns: The exit status, for the caller to throw.
    func failure(_ error: PickError, of service: String) -> ExitCode {
        Terminal.failure(
            "cannot pick an endpoint of \(service): \(error.message)",
            ExitStatus.of(error)
        )
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
