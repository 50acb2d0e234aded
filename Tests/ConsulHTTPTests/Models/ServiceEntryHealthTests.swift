// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct ServiceEntryHealthTests {
    private func entry(_ statuses: HealthStatus...) -> ServiceEntry {
        var entry = ServiceEntry()
        entry.service.weights = .init(passing: 5, warning: 0)
        for status in statuses {
            var check = ServiceEntry.Check()
            check.status = status
            entry.checks.append(check)
        }
        return entry
    }

    @Test func `The aggregated status is the worst one in Consul's order`() {
        #expect(entry().aggregatedStatus == .passing)
        #expect(entry(.passing, .warning, .passing).aggregatedStatus == .warning)
        #expect(entry(.critical, .warning).aggregatedStatus == .critical)
        #expect(entry(.passing, .unknown).aggregatedStatus == .unknown)
        #expect([HealthStatus.maintenance, .passing, .critical, .warning].max() == .maintenance)
    }

    @Test func `Only critical instances are unhealthy, unless all checks have to pass`() {
        #expect(entry().isHealthy() && entry().isHealthy(onlyPassing: true))
        #expect(entry(.warning).isHealthy() && !entry(.warning).isHealthy(onlyPassing: true))
        #expect(entry(.unknown).isHealthy() && !entry(.unknown).isHealthy(onlyPassing: true))
        #expect(!entry(.passing, .critical).isHealthy())
    }

    @Test func `One warning selects the weight for warnings, which may be zero`() {
        #expect(entry().weight == 5)
        #expect(entry(.passing, .warning).weight == 0)
    }

    /// As in the answers of Consul's DNS, observed on 1.8.7.
    @Test
    func `An undefined status makes the weight 1, a maintenance check that is not critical makes it 0`() {
        #expect(entry(.passing, .unknown).weight == 1)
        #expect(entry(.warning, .unknown).weight == 1)
        #expect(entry(.maintenance).weight == 1 && entry(.maintenance).isHealthy())
        var maintained = entry(.passing)
        maintained.checks[0].id = "_node_maintenance"
        #expect(maintained.weight == 0 && maintained.isHealthy())
        maintained.checks += entry(.unknown).checks
        #expect(maintained.weight == 1)
    }

    @Test func `Maintenance is derived from the names of checks`() throws {
        let entry = try #require(try ServiceEntry.decodeList(Samples.maintenance, fields: .all).first)
        #expect(entry.aggregatedStatus == .maintenance)
        #expect(entry.checks.map(\.isMaintenance) == [true, false, true])
        #expect(entry.checks.first?.notes == "moving")
        #expect(!entry.isHealthy())
    }

    @Test func `The node's address applies if the instance has none`() {
        var entry = ServiceEntry()
        entry.node.address = "10.0.0.1"
        #expect(entry.address == "10.0.0.1")
        entry.service.address = "web.example.com"
        #expect(entry.address == "web.example.com")
    }

    @Test(arguments: [
        ("passing", HealthStatus.passing), ("warning", .warning), ("critical", .critical),
        ("maintenance", .maintenance), ("Passing", .unknown), ("weird", .unknown), ("", .unknown),
    ])
    func `A status is one of Consul's words or unknown`(word: String, status: HealthStatus) throws {
        #expect(try JSONReader.decode(HealthStatus.self, "\"\(word)\"") == status)
        #expect(status == .unknown || status.description == word)
    }
}
