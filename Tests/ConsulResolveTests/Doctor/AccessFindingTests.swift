// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

@testable import consul_resolve

struct AccessFindingTests {
    @Test func `A token finding states what the token may read, or why it may read nothing`() {
        let unknown = ConsulHTTPError(.denied, "was answered 403: ACL not found", status: 403)
        let cases: [(HTTPFacts.Answer<ConsulAnswer<[String: [String]]>>, Finding.Mark, String)] = [
            (.success(.services([:])), .problem, "no service at all"),
            (.success(.services(["web": []], filtered: true)), .note, "but not all services"),
            (.failure(unknown), .problem, "Consul does not know the token in t"),
            (.failure(ConsulHTTPError(.serverError, "500")), .problem, "500"),
        ]
        for (answer, mark, words) in cases {
            let complaints = Facts.healthy.with { $0.http?.services = answer }.complaints
            #expect(complaints.map(\.mark) == [mark])
            #expect(complaints.first?.seen.contains(words) == true)
        }
        let anonymous = Facts.healthy.with {
            $0.http?.services = .success(.services([:]))
            $0.http?.token = nil
        }
        #expect(anonymous.complaints.first?.advice?.contains("--token-file") == true)
    }

    @Test
    func `A token finding names the refused token and the missing rule, as far as Consul states them`() {
        let cases: [(said: String, seen: String, advice: String)] = [
            ("403: ACL not found", "Consul does not know the token in t", #"service "web" { policy = "read" }"#),
            ("403: Permission denied", "the token in t is not let in", #"service "web" { policy = "read" }"#),
            (
                "403: Permission denied: token with AccessorID 'a-1' lacks permission 'service:read' on \"web\"",
                "the token in t (accessor ID a-1) lacks service:read for web", #"service "web" { policy = "read" }"#
            ),
            (
                "403: Permission denied: token with AccessorID 'a-1' lacks permission 'operator:read'",
                "the token in t (accessor ID a-1) lacks operator:read", #"operator = "read""#
            ),
            (
                "403: Permission denied: anonymous token lacks permission 'key:read' on \"x\". The anonymous token is used",
                "the token in t lacks key:read for x", #"key "x" { policy = "read" }"#
            ),
        ]
        for (said, seen, advice) in cases {
            let facts = Facts.healthyService.with {
                $0.http?.services = .failure(ConsulHTTPError(.denied, said, status: 403))
            }
            let problems = facts.complaints.filter { $0.topic == "token" }
            #expect(problems.map(\.mark) == [.problem])
            #expect(problems.first?.seen.hasPrefix(seen) == true, "\(problems)")
            #expect(problems.first?.advice?.contains(advice) == true, "\(problems)")
        }
    }

    @Test func `The findings omit the settings of an agent that the token may not read`() {
        let facts = Facts.healthy.with {
            $0.http?.agent = .failure(ConsulHTTPError(.denied, "403: Permission denied", status: 403))
        }
        #expect(facts.complaints.map(\.mark) == [.note])
        #expect(facts.complaints.first?.advice?.contains("agent:read") == true)
    }

    @Test(
        arguments: [
            Setting("plain DNS", "at most 3 instances of a service, without an indication") { $0.udpAnswerLimit = 3 },
            Setting("plain DNS", "at most 3 instances of a service") { dns in
                dns.udpAnswerLimit = 3
                dns.marksTruncation = true
            },
            Setting("udp_answer_limit", "no instance at all") { $0.udpAnswerLimit = 0 },
            Setting("a_record_limit", "at most 4") { $0.addressLimit = 4 },
            Setting("service_ttl", "it is 0") { $0.serviceTTL = [:] },
            Setting("service_ttl", "about web may be cached for 600 s") { $0.serviceTTL = ["web": .seconds(600)] },
            Setting("soa.min_ttl", "30 s") { $0.negativeTTL = .seconds(30) },
            Setting("only_passing", "is on") { $0.onlyPassing = true },
            Setting("allow_stale", "is off") { $0.allowsStale = false },
            Setting("max_stale", "2 s") { $0.maximumStaleness = .seconds(2) },
            Setting("disable_compression", "is on") { $0.disablesCompression = true },
            Setting("domain", "answers for corp,") { $0.domain = "corp." },
        ]
    )
    func `A finding describes the effect of a dns_config setting on DNS clients`(setting: Setting) throws {
        let facts = Facts.healthy.with { $0.http?.agent = .success(.sample.with { setting.change(&$0.dns) }) }
        let complaint = try #require(facts.complaints.first)
        #expect(facts.complaints.count == 1)
        #expect(complaint.topic == setting.topic && complaint.seen.contains(setting.words))
    }

    /// A setting that leads to a finding, and words of that finding.
    struct Setting: Sendable, CustomStringConvertible {
        let topic: String
        let words: String
        let change: @Sendable (inout AgentInfo.DNSSettings) -> Void

        init(_ topic: String, _ words: String, _ change: @escaping @Sendable (inout AgentInfo.DNSSettings) -> Void) {
            self.topic = topic
            self.words = words
            self.change = change
        }

        var description: String { "\(topic): \(words)" }
    }

    @Test
    func `Other defaults of Consul and a second domain lead to no finding`() {
        let facts = Facts.healthy.with {
            $0.http?.agent = .success(
                .sample.with { agent in
                    agent.dns.domain = "corp."
                    agent.dns.alternativeDomain = "Consul"
                    agent.dns.negativeTTL = .zero
                    agent.dns.addressLimit = 0
                    agent.dns.onlyPassing = false
                    agent.dns.allowsStale = true
                    agent.dns.maximumStaleness = .seconds(87_600 * 3600)
                    agent.dns.disablesCompression = false
                }
            )
        }
        #expect(facts.complaints.isEmpty)
    }
}
