// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver
@testable import TestSupport

// In the same suite, because there is one stage: its rows take turns.
extension ConformanceTests {
    @Test("a service resolves to the same endpoints over HTTP", arguments: ConformanceRow.services)
    func bothWays(row: ConformanceRow) async throws {
        let (agent, _, version) = try await ConformanceStage.shared.set(row)
        guard row.applies(to: version), row.expect.isSilent != true, let request = row.serviceRequest else { return }
        let (dns, http) = try await BothWaysTests.bothWays(request, agent) { configuration in
            if row.expect.minimumSeconds != nil { configuration.beImpatient() }
            if let domain = row.agentConfiguration["domain"]?.string.flatMap({ try? DomainName($0) }) {
                configuration.dns.domain = domain
            }
        }
        switch row.id {
        case "noleader-service", "noservers-service":
            #expect(dns.failure != nil && http.failure != nil)
        case "trim-2000-tcp-no-tc":
            #expect(http.isComplete && http.endpoints.count == 2000)
            #expect(Set(dns.authorities).isSubset(of: http.authorities))
        case "dc-dc-label-1.8", "ns-label-1.8":
            // Forms of names that this version's DNS does not know.
            #expect(dns.isEmpty)
        default:
            #expect(dns.targets == http.targets)
            #expect(dns.isEmpty == http.isEmpty)
        }
    }
}
