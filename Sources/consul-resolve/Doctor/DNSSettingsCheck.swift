// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

/// Checks the effect of the agent's `dns_config` on the DNS clients of this machine, this program included.
struct DNSSettingsCheck {
    private let settings: AgentInfo.DNSSettings?
    /// True if the effect of the limit on a service was measured; the check then skips the general statement.
    private let isMeasured: Bool

    init(_ facts: Facts) {
        isMeasured = facts.service?.plain != nil
        if case .success(let agent)? = facts.http?.agent { settings = agent.dns } else { settings = nil }
    }

    var findings: [Finding] {
        guard let settings else { return [] }
        return [
            domain(settings), answerLimit(settings), addressLimit(settings), timeToLive(settings),
            negativeTimeToLive(settings), health(settings), staleness(settings), compression(settings),
        ].compactMap { $0 }
    }

    private func domain(_ settings: AgentInfo.DNSSettings) -> Finding? {
        let domains = [settings.domain, settings.alternativeDomain].compactMap { $0 }
        guard !domains.isEmpty else { return nil }
        let names = domains.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
        if names.contains(where: { $0.lowercased() == "consul" }) { return nil }
        return .problem(
            "domain",
            "the agent answers for \(names.joined(separator: " and ")), and this program queries consul",
            do: "set alt_domain = \"consul\" in the agent's configuration, or use --via http"
        )
    }

    private func answerLimit(_ settings: AgentInfo.DNSSettings) -> Finding? {
        guard let limit = settings.udpAnswerLimit else { return nil }
        if limit <= 0 {
            return .problem(
                "udp_answer_limit",
                "it is \(limit): DNS clients without EDNS receive no instance at all",
                do: "remove it from dns_config, or set it to 3 or more"
            )
        }
        if isMeasured { return nil }
        let marked = settings.marksTruncation == true
        let sign = marked ? "" : ", without an indication that there are more (enable_truncate is off)"
        return .note(
            "plain DNS",
            "DNS clients without EDNS see at most \(limit) instances of a service\(sign)",
            do: marked
                ? nil
                : "set dns_config.enable_truncate = true, so that they retry over TCP; this program does not need it"
        )
    }

    private func addressLimit(_ settings: AgentInfo.DNSSettings) -> Finding? {
        guard let limit = settings.addressLimit, limit > 0 else { return nil }
        return .note(
            "a_record_limit",
            "A and AAAA queries return at most \(limit) instances, over TCP as well, without an indication of others",
            do: "query SRV records, which it does not limit, or remove it from dns_config"
        )
    }

    private func timeToLive(_ settings: AgentInfo.DNSSettings) -> Finding? {
        guard let byService = settings.serviceTTL else { return nil }
        if let longest = byService.max(by: { $0.value < $1.value }), longest.value > .seconds(60) {
            return .note(
                "service_ttl",
                "answers about \(longest.key) may be cached for \(Int(longest.value.milliseconds / 1000)) s: clients "
                    + "use removed instances for that time",
                do: "set it to a few seconds in dns_config"
            )
        }
        guard byService.values.allSatisfy({ $0 == .zero }) else { return nil }
        return .note(
            "service_ttl",
            "it is 0, so DNS caches do not keep answers, and every connection starts with a query to Consul",
            do: "set dns_config.service_ttl { \"*\" = \"5s\" } if that is too much load for the servers"
        )
    }

    private func negativeTimeToLive(_ settings: AgentInfo.DNSSettings) -> Finding? {
        guard let time = settings.negativeTTL, time > .seconds(5) else { return nil }
        return .note(
            "soa.min_ttl",
            "caches may keep the answer that a service does not exist for \(Int(time.milliseconds / 1000)) s; a "
                + "service whose instances are all critical for a moment gets the same answer",
            do: "set dns_config.soa.min_ttl to 0 or 1"
        )
    }

    private func health(_ settings: AgentInfo.DNSSettings) -> Finding? {
        guard settings.onlyPassing == true else { return nil }
        return .note(
            "only_passing",
            "it is on: DNS leaves out instances with warnings, the HTTP API shows them",
            do: "expect DNS and HTTP to differ while a check warns"
        )
    }

    private func staleness(_ settings: AgentInfo.DNSSettings) -> Finding? {
        if settings.allowsStale == false {
            return .note(
                "allow_stale",
                "it is off: without a leader, DNS queries fail",
                do: "leave it on (dns_config.allow_stale) unless you need consistent reads"
            )
        }
        guard let limit = settings.maximumStaleness, limit < .seconds(3600) else { return nil }
        return .note(
            "max_stale",
            "after \(Int(limit.milliseconds / 1000)) s without a leader, DNS queries fail",
            do: "leave dns_config.max_stale at its default of ten years: old answers are better than none"
        )
    }

    private func compression(_ settings: AgentInfo.DNSSettings) -> Finding? {
        guard settings.disablesCompression == true else { return nil }
        return .note(
            "disable_compression",
            "it is on: about 600 instances fit a response over TCP instead of 1000",
            do: "leave it off unless an old client needs it"
        )
    }
}
