// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

@testable import consul_resolve

struct ServiceFindingTests {
    private func facts(_ change: (inout ServiceFacts) -> Void) -> Facts {
        Facts.healthyService.with { facts in
            if var service = facts.service {
                change(&service)
                facts.service = service
            }
        }
    }

    private func empty(_ reason: String?, _ change: (inout ServiceFacts) -> Void = { _ in }) -> Facts {
        facts { service in
            service.dns = .empty(reason: nil)
            service.plain = nil
            service.http = .empty(reason: reason)
            service.entries = []
            change(&service)
        }
    }

    @Test func `A service with the same instances over DNS and HTTP has no complaints`() {
        #expect(Facts.healthyService.complaints.isEmpty)
        #expect(Diagnosis(.healthyService).status == ExitStatus.success)
    }

    @Test func `A finding states once why a service is empty, with a remedy`() {
        let misspelt = empty("noSuchService") { $0.name = "weeb" }
        let strange = empty("noSuchService") { $0.name = "zzzzzz" }
        let tagged = empty("noSuchTag") { service in
            service.tag = "v9"
            service.entries = [.sample("web1", tags: ["v2", "v1"])]
        }
        let cases: [(Facts, seen: String, advice: String)] = [
            (misspelt, "no service of that name", "did you mean web"),
            (strange, "no service of that name", "register it"),
            (tagged, "no instance has the tag v9", "its tags are v1, v2"),
            (empty("noSuchTag") { $0.entries = [.sample("web1")] }, "no instance has the tag", "leave --tag out"),
            (empty("noSuchDatacenter"), "no datacenter", "--datacenter"),
        ]
        for (facts, seen, advice) in cases {
            let problems = Diagnosis(facts).findings.filter { $0.mark == .problem }
            #expect(problems.count == 1)
            #expect(problems.first?.seen.contains(seen) == true)
            #expect(problems.first?.advice?.contains(advice) == true)
            #expect(Diagnosis(facts).status == ExitStatus.empty)
        }
    }

    @Test(
        arguments: [
            (nil, "it may not be read by the token in t"),
            ("403: ACL not found", "it may not be read: Consul does not know the token in t"),
            (
                "403: Permission denied: token with AccessorID 'a-1' lacks permission 'service:read' on \"web\"",
                "it may not be read: the token in t lacks service:read for web"
            ),
        ] as [(String?, String)]
    )
    func `A finding reports that the token may not read the service, whose state stays unknown`(
        words: String?,
        seen: String
    ) {
        let facts = empty(nil) { $0.http = .denied(words) }
        let problems = facts.complaints.filter { $0.mark == .problem }
        #expect(problems.map(\.topic) == ["web over HTTP"])
        #expect(problems.first?.seen == seen)
        #expect(problems.first?.advice?.contains(#"service "web" { policy = "read" } and node_prefix "" "#) == true)
        #expect(Diagnosis(facts).status == ExitStatus.unknown)
    }

    @Test
    func `A finding lists the instances without a port, and those with an impossible one`() throws {
        var (missing, impossible) = (ServiceEntry.sample("web1"), ServiceEntry.sample("web2"))
        missing.service.port = 0
        impossible.service.hasImpossiblePort = true
        let portless = facts { $0.entries = [missing] }.complaints
        #expect(portless.map(\.topic) == ["ports"])
        #expect(
            portless.first?.mark == .note && portless.first?.seen.contains("web1 on node-of-web1 has no port") == true
        )
        let wrong = facts { $0.entries = [impossible] }.complaints
        #expect(wrong.map(\.topic) == ["ports"])
        #expect(wrong.first?.mark == .problem && wrong.first?.seen.contains("web2 on node-of-web2") == true)
    }

    @Test
    func `A finding lists the existing ports when none has the requested name`() {
        let facts = empty("noSuchPort") { service in
            service.port = "metrics"
            var entry = ServiceEntry.sample("web1")
            entry.service.ports = [.init(name: "http", port: 80, isDefault: true), .init(name: "admin", port: 81)]
            service.entries = [entry]
        }
        let problem = Diagnosis(facts).findings.first { $0.mark == .problem }
        #expect(problem?.seen.contains("port named metrics") == true)
        #expect(problem?.advice == "its ports are admin, http")
    }

    @Test
    func `A finding lists the failing checks, with the first line of their output only`() {
        let output = "\u{1B}[31mHTTP GET http://10.0.0.1: 503\nsecond line"
        let facts = empty("noHealthyInstance") { service in
            service.entries =
                [.sample("web0", checks: [.critical("service:web0", name: "ping", output: output)])]
                + (1...6).map { .sample("web\($0)", checks: [.critical("serfHealth", name: "Serf")]) }
        }
        let problems = Diagnosis(facts).findings.filter { $0.mark == .problem }
        #expect(problems.count == 7)
        #expect(problems[1].seen == "web0 on node-of-web0 is critical: ping: \\u{1B}[31mHTTP GET http://10.0.0.1: 503")
        #expect(problems[2].advice?.contains("agent of that node does not respond") == true)
        #expect(problems[6].seen == "2 more instances of web are critical")
        #expect(!Diagnosis(facts).text.contains("\u{1B}"))
    }

    @Test
    func `A finding notes critical instances beside healthy ones, among those with the requested tag`() {
        let maintenance = ServiceEntry.Check.critical("_node_maintenance", name: "Maintenance", notes: "new disks")
        let change: (inout ServiceFacts) -> Void = { service in
            service.entries = [
                .sample("web1", tags: ["V1"]), .sample("web2", tags: ["v1"], checks: [maintenance]),
                .sample("web3", checks: [.critical("c")]),
            ]
        }
        #expect(facts(change).complaints.map(\.mark) == [.note, .note])
        let tagged = facts {
            change(&$0)
            $0.tag = "v1"
        }
        #expect(tagged.complaints.map(\.seen) == ["web2 on node-of-web2 is critical: Maintenance: new disks"])
        #expect(tagged.complaints.first?.advice?.contains("consul maint") == true)
    }

    @Test func `A finding compares the instances over DNS and over HTTP`() {
        let some = ServiceFacts.Answer.found(["10.0.0.1:80"], isComplete: true, source: "dns-udp")
        let cut = ServiceFacts.Answer.found(["10.0.0.1:80"], isComplete: false, source: "dns-tcp")
        let other = ServiceFacts.Answer.found(["10.0.0.9:80"], isComplete: true, source: "http")
        let none = ServiceFacts.Answer.empty(reason: nil)
        let cases: [(ServiceFacts.Answer, ServiceFacts.Answer?, Finding.Mark, String)] = [
            (some, nil, .problem, "DNS does not show 10.0.0.2:80"), (cut, nil, .note, "DNS does not show 10.0.0.2:80"),
            (some, other, .problem, "DNS does not show 10.0.0.9:80; the HTTP API does not show 10.0.0.1:80"),
            (none, nil, .problem, "DNS says that there are none"),
            (some, none, .problem, "the HTTP API says that there are none"),
        ]
        for (dns, http, mark, words) in cases {
            let facts = facts { service in
                service.dns = dns
                service.http = http ?? service.http
                service.plain = nil
            }
            let finding = Diagnosis(facts).findings.first { $0.topic == "agreement" }
            #expect(finding?.mark == mark)
            #expect(finding?.seen.contains(words) == true)
            #expect(Diagnosis(facts).status == ExitStatus.success)
        }
    }

    @Test
    func `A finding counts what a plain DNS client misses, in place of the general note`() {
        let facts = facts { $0.plain = ServiceFacts.PlainAnswer(records: 1, isMarked: false) }.with {
            $0.http?.agent = .success(.sample.with { $0.dns.udpAnswerLimit = 3 })
        }
        #expect(facts.complaints.count == 1)
        #expect(facts.complaints.first?.seen.contains("sees 1 of 2 instances of web and no indication") == true)
    }

    @Test func `A finding notes instances that cannot be connected to`() {
        let facts = facts { service in
            service.http = .found(["10.0.0.1:80", "10.0.0.2:80"], isComplete: true, source: "http", unusable: 2)
        }
        #expect(facts.complaints.map(\.mark) == [.note])
        #expect(facts.complaints.first?.seen.hasPrefix("2 healthy instances of web cannot be connected to") == true)
    }

    @Test
    func `A finding reports a service that is too large for a datagram, or for DNS`() {
        let tcp = facts { $0.dns = .found(["10.0.0.1:80", "10.0.0.2:80"], isComplete: true, source: "dns-tcp") }
        #expect(tcp.complaints.map(\.mark) == [.note])
        let cut = facts { $0.dns = .found(["10.0.0.1:80", "10.0.0.2:80"], isComplete: false, source: "dns-tcp") }
        #expect(cut.complaints.map(\.mark) == [.problem])
    }

    @Test func `The diagnosis has status 3 when the token cannot be read`() {
        let tokenless = empty(nil) { $0.http = .unknown("/nowhere/token: no such file") }.with {
            $0.http?.services = .failure(ConsulHTTPError(.tokenUnavailable, "/nowhere/token: no such file"))
        }
        #expect(Diagnosis(tokenless).status == ExitStatus.unknown)
    }

    @Test func `The diagnosis has status 3 only if neither source answers`() {
        let http = facts { $0.dns = .unknown("timed out") }
        #expect(Diagnosis(http).status == ExitStatus.success)
        #expect(http.complaints.map(\.topic) == ["web over DNS"])
        let nobody = facts {
            $0.dns = .unknown("timed out")
            $0.http = .unknown("timed out")
        }
        #expect(Diagnosis(nobody).status == ExitStatus.unknown)
        #expect(Diagnosis(empty(nil) { $0.http = nil }).status == ExitStatus.empty)
    }
}
