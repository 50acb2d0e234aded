// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

@testable import consul_resolve

/// Findings about what programs have left behind in Consul: locks, sessions and registrations.
struct LeftoverFindingTests {
    private func facts(_ locks: LockFacts, hasAccessControl: Bool) -> Facts {
        .healthy.with { facts in
            facts.http?.locks = locks
            facts.http?.agent = .success(AgentInfo.sample.with { $0.hasAccessControl = hasAccessControl })
        }
    }

    @Test func `A finding reports keys that are held by sessions that do not exist`() throws {
        let locks = LockFacts(orphanedKeys: ["jobs/a", "jobs/b"], straySessions: [])
        let finding = try #require(facts(locks, hasAccessControl: false).complaints.first)
        #expect(finding.mark == .problem && finding.topic == "locks")
        #expect(finding.seen.contains("jobs/a") && finding.seen.contains("jobs/b"))
        // Access control hides sessions from a token, so they may exist.
        let hidden = try #require(facts(locks, hasAccessControl: true).complaints.first)
        #expect(hidden.mark == .note && hidden.seen.contains("may not read"))
    }

    @Test func `A finding reports sessions of nodes that have left, unless the token may not see them`() {
        let locks = LockFacts(orphanedKeys: [], straySessions: ["s1"])
        let complaints = facts(locks, hasAccessControl: false).complaints
        #expect(complaints.map(\.mark) == [.note] && complaints[0].seen.contains("session s1"))
        #expect(facts(locks, hasAccessControl: true).complaints.isEmpty)
        #expect(facts(LockFacts(orphanedKeys: [], straySessions: []), hasAccessControl: false).complaints.isEmpty)
    }

    @Test func `A finding reports instances with one address and port on two nodes`() {
        func facts(_ addresses: [String]) -> Facts {
            .healthyService.with { facts in
                facts.service?.entries = addresses.enumerated().map { number, address in
                    var entry = ServiceEntry.sample("web\(number)")
                    entry.service.address = address
                    return entry
                }
            }
        }
        let complaints = facts(["10.0.0.1", "10.0.0.1"]).complaints
        #expect(complaints.map(\.topic) == ["registrations"])
        #expect(complaints.first?.seen.contains("10.0.0.1:80") == true)
        #expect(facts(["10.0.0.1", "10.0.0.2"]).complaints.isEmpty)
        // Without an address, the place is unknown.
        #expect(facts(["", ""]).complaints.isEmpty)
    }
}
