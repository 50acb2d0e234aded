// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

/// Checks the permissions of the token.
struct AccessCheck {
    let facts: Facts

    init(_ facts: Facts) { self.facts = facts }

    var findings: [Finding] {
        guard let http = facts.http, isReachable(http) else { return [] }
        return [token(http), policy(http), agent(http)].compactMap { $0 }
    }

    private func isReachable(_ http: HTTPFacts) -> Bool {
        if case .success = http.leader { return true }
        // A missing leader and a denial are answers of the agent.
        return if case .failure(let error) = http.leader { [.noLeader, .denied].contains(error.code) } else { false }
    }

    private func token(_ http: HTTPFacts) -> Finding? {
        switch http.services {
        case .failure(let error) where error.code == .tokenUnavailable:
            return .problem(
                "token",
                error.message,
                do: "write the token alone into the file, and let this user read it"
            )
        case .failure(let error) where error.code == .denied:
            return denied(http, error.message)
        case .failure(let error) where error.code == .noSuchDatacenter:
            return nil
        case .failure(let error):
            return .problem("catalog", error.message, do: nil)
        case .success(let answer):
            return sight(http, answer)
        }
    }

    private func denied(_ http: HTTPFacts, _ message: String) -> Finding {
        let rules = Denial.rules(for: facts.service?.name)
        let denial = Denial(message: message)
        let accessor = denial.accessor.map { " (accessor ID \($0))" } ?? ""
        let who = (http.token ?? "a request without a token") + accessor
        switch denial.reason {
        case .unknownToken:
            return .problem(
                "token",
                "Consul does not know \(who)",
                do: "it was deleted, has expired or belongs to another cluster: set a new one (--token-file, "
                    + "CONSUL_HTTP_TOKEN) whose policy has \(rules)"
            )
        case .missing(let rule, let permission):
            return .problem("token", "\(who) lacks \(permission)", do: "the policy needs \(rule)")
        case .notTold:
            return .problem("token", "\(who) is not let in: \(message)", do: "the policy needs \(rules)")
        }
    }

    /// Consul leaves out services that the token may not read, and reports that only since 1.11.
    private func sight(_ http: HTTPFacts, _ answer: ConsulAnswer<[String: [String]]>) -> Finding {
        let who = http.token ?? "a request without a token"
        let count = answer.value.count
        if count == 0 {
            return .problem(
                "token",
                "\(who) may read no service at all",
                do: "the policy needs \(Denial.rules(for: nil))"
                    + (http.token == nil ? "; pass a token with that policy (--token-file)" : "")
            )
        }
        if answer.metadata.filteredByACLs == true {
            return .note("token", "\(who) may read \(count) services, but not all services")
        }
        return .ok("token", "\(who) may read \(Words.count(count, "service"))")
    }

    private func policy(_ http: HTTPFacts) -> Finding? {
        guard case .success(let agent) = http.agent, let isOn = agent.hasAccessControl else { return nil }
        if !isOn { return .ok("access control", "off: every request is allowed") }
        let policy = agent.defaultPolicy ?? "unknown"
        return .ok("access control", "on, the default policy is \(policy)")
    }

    private func agent(_ http: HTTPFacts) -> Finding? {
        guard case .failure(let error) = http.agent, error.code == .denied else { return nil }
        return .note(
            "agent",
            "the token may not read the agent's configuration, so its version and its dns_config are not checked",
            do: "pass a token with agent:read to check them"
        )
    }
}
