// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Checks that the service exists, and its answers over DNS and HTTP.
struct ServiceCheck {
    private let service: ServiceFacts?
    private let catalog: [String: [String]]?
    private let token: String?

    init(_ facts: Facts) {
        service = facts.service
        token = facts.http?.token
        if case .success(let answer)? = facts.http?.services { catalog = answer.value } else { catalog = nil }
    }

    var findings: [Finding] {
        guard let service else { return [] }
        return [overDNS(service), overHTTP(service), unusable(service), size(service), plain(service)].compactMap { $0 }
    }

    private func overDNS(_ service: ServiceFacts) -> Finding? {
        let topic = "\(service.name) over DNS"
        switch service.dns {
        case nil:
            return nil
        case .found(let endpoints, _, let source, _)?:
            return .ok(topic, "\(Words.count(endpoints.count, "healthy instance")) (\(source))")
        case .unknown(let what)?:
            return .problem(topic, what, do: nil)
        case .denied?, .empty?:
            // DNS gives the same answer for all causes. The cause is reported once, with the answer of the HTTP API if
            // it was queried.
            guard service.http == nil else { return .note(topic, "no healthy instance") }
            return .problem(topic, "no healthy instance", do: "only the HTTP API states why: leave out --via dns")
        }
    }

    private func overHTTP(_ service: ServiceFacts) -> Finding? {
        let topic = "\(service.name) over HTTP"
        return switch service.http {
        case nil: nil
        case .found(let endpoints, _, _, _)?: .ok(topic, Words.count(endpoints.count, "healthy instance"))
        case .unknown(let what)?: .problem(topic, what, do: nil)
        case .denied(let what)?: denied(topic, what, service)
        case .empty(let reason)?: empty(topic, reason, service)
        }
    }

    private func denied(_ topic: String, _ words: String?, _ service: ServiceFacts) -> Finding {
        let denial = words.map { Denial(message: $0) }
        let who = token ?? "a request without a token"
        let seen =
            switch denial?.reason {
            case .unknownToken?: "it may not be read: Consul does not know \(who)"
            case .missing(_, let permission)?: "it may not be read: \(who) lacks \(permission)"
            case .notTold?, nil: "it may not be read by \(who)"
            }
        // Consul names the first missing permission; there may be others.
        return .problem(topic, seen, do: "the token's policy needs \(Denial.rules(for: service.name))")
    }

    // MARK: Why it is empty

    private func empty(_ topic: String, _ reason: String?, _ service: ServiceFacts) -> Finding {
        switch reason {
        case "noSuchService":
            return .problem(topic, "no service of that name is registered", do: similar(to: service.name))
        case "noSuchTag":
            return .problem(topic, "no instance has the tag \(service.tag ?? "")", do: tags(of: service))
        case "noSuchPort":
            return .problem(topic, "no healthy instance has a port named \(service.port ?? "")", do: ports(of: service))
        case "noHealthyInstance":
            return .problem(topic, "all of its instances are critical", do: "their failing checks are listed below")
        case "noSuchDatacenter":
            return .problem(topic, "there is no datacenter \(service.datacenter ?? "")", do: "correct --datacenter")
        default:
            return .problem(topic, "no healthy instance" + (reason.map { " (\($0))" } ?? ""), do: nil)
        }
    }

    private func similar(to name: String) -> String {
        let others = Words.similar(to: name, among: (catalog ?? [:]).keys)
        return others.isEmpty
            ? "register it, or correct the name (consul catalog services lists them)"
            : "did you mean \(others.joined(separator: " or "))?"
    }

    private func tags(of service: ServiceFacts) -> String {
        let tags = Set((service.entries ?? []).flatMap(\.service.tags))
        return tags.isEmpty
            ? "its instances have no tags; leave --tag out" : "its tags are \(Words.list(tags.sorted()))"
    }

    private func ports(of service: ServiceFacts) -> String {
        let ports = Set((service.entries ?? []).flatMap { $0.service.ports.map(\.name) })
        return ports.isEmpty
            ? "its ports have no names; leave --port-name out" : "its ports are \(Words.list(ports.sorted()))"
    }

    // MARK: Unusable addresses

    private func unusable(_ service: ServiceFacts) -> Finding? {
        let counts = [service.dns, service.http].compactMap { answer in
            if case .found(_, _, _, let unusable)? = answer { unusable } else { nil }
        }
        guard let count = counts.max(), count > 0 else { return nil }
        let instances = Words.count(count, "healthy instance")
        return .note(
            "addresses",
            "\(instances) of \(service.name) cannot be connected to: the registered address is not an address",
            do: "register an IP address or a host name, without a port or a path; Consul does not check it"
        )
    }

    // MARK: Completeness of DNS

    private func size(_ service: ServiceFacts) -> Finding? {
        guard case .found(let endpoints, let isComplete, let source, _)? = service.dns else { return nil }
        if !isComplete {
            return .problem(
                "size",
                "DNS shows \(endpoints.count) instances of \(service.name) and cannot tell whether there are more",
                do: "use the HTTP API as well: --via auto does so"
            )
        }
        guard source == "dns-tcp" else { return nil }
        return .note("size", "the instances of \(service.name) do not fit one datagram; DNS queries use TCP")
    }

    private func plain(_ service: ServiceFacts) -> Finding? {
        guard let plain = service.plain, let count = count(of: service), plain.records < count else { return nil }
        let sign = plain.isMarked ? "" : " and no indication of the others"
        return .note(
            "plain DNS",
            "a DNS client without EDNS and TCP sees \(plain.records) of \(count) instances of \(service.name)\(sign)",
            do: plain.isMarked
                ? "check that your DNS clients retry over TCP"
                : "set dns_config.enable_truncate = true for such clients, or let them use this library"
        )
    }

    /// The largest number of endpoints that a source returned.
    private func count(of service: ServiceFacts) -> Int? {
        [service.dns, service.http].compactMap { answer in
            if case .found(let endpoints, _, _, _)? = answer { endpoints.count } else { nil }
        }.max()
    }
}
