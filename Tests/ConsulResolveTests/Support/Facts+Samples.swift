// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

@testable import consul_resolve

extension Facts {
    /// Facts of a healthy system: one nameserver, an agent with default settings, a token that may read.
    static var healthy: Facts {
        Facts(
            nameservers: [NameserverFacts(server: "127.0.0.1:8600", udp: .speaks, tcp: .speaks)],
            http: HTTPFacts(
                address: "http://127.0.0.1:8500",
                token: "the token in t",
                leader: .success("127.0.0.1:8300"),
                agent: .success(.sample),
                datacenters: .success(["dc1", "dc2"]),
                services: .success(.services(["consul": [], "web": ["v1"], "web-admin": [], "billing": []]))
            )
        )
    }

    /// The same with a service that has equal instances over DNS and HTTP.
    static var healthyService: Facts {
        healthy.with { facts in
            let found = ServiceFacts.Answer.found(["10.0.0.1:80", "10.0.0.2:80"], isComplete: true, source: "dns-udp")
            facts.service = ServiceFacts(
                name: "web",
                dns: found,
                plain: ServiceFacts.PlainAnswer(records: 2, isMarked: false),
                http: found,
                entries: [.sample("web1"), .sample("web2")]
            )
        }
    }

    func with(_ change: (inout Facts) -> Void) -> Facts {
        var facts = self
        change(&facts)
        return facts
    }

    /// The findings other than `ok`.
    var complaints: [Finding] { Diagnosis(self).findings.filter { $0.mark != .ok } }
}

extension AgentInfo {
    /// An agent with a `dns_config` that leads to no finding.
    static var sample: AgentInfo {
        var agent = AgentInfo()
        agent.version = "1.8.7"
        agent.datacenter = "dc1"
        agent.nodeName = "n1"
        agent.isServer = true
        agent.hasAccessControl = true
        agent.defaultPolicy = "deny"
        agent.dns.domain = "consul."
        agent.dns.port = 8600
        agent.dns.serviceTTL = ["*": .seconds(5)]
        return agent
    }

    func with(_ change: (inout AgentInfo) -> Void) -> AgentInfo {
        var agent = self
        change(&agent)
        return agent
    }
}

extension ConsulAnswer<[String: [String]]> {
    static func services(_ services: [String: [String]], filtered: Bool? = nil) -> ConsulAnswer {
        var metadata = QueryMetadata()
        metadata.filteredByACLs = filtered
        return ConsulAnswer(services, metadata: metadata)
    }
}

extension ServiceEntry {
    static func sample(_ id: String, tags: [String] = [], checks: [Check] = []) -> ServiceEntry {
        var entry = ServiceEntry(checks: checks)
        entry.node.name = "node-of-\(id)"
        entry.service.id = id
        entry.service.port = 80
        entry.service.tags = tags
        return entry
    }
}

extension ServiceEntry.Check {
    static func critical(_ id: String, name: String = "", output: String? = nil, notes: String? = nil) -> Self {
        var check = ServiceEntry.Check()
        check.id = id
        check.name = name
        check.status = .critical
        check.output = output
        check.notes = notes
        return check
    }
}
