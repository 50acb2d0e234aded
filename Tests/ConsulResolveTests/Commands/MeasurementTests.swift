// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

@testable import consul_resolve

struct MeasurementTests {
    @Test(arguments: [(1, 1), (10, 3), (3, 10), (7, 7)])
    func `A measurement runs the stated number of times, with the remainder shared among workers`(
        queries: Int,
        inFlight: Int
    ) async throws {
        let runs = WatchedValue(0)
        let measurement = try await Measurement.take(of: queries, inFlight: inFlight) {
            runs.update { $0 += 1 }
            return 2
        }
        #expect(runs.current == queries)
        #expect(measurement.queries == queries)
        #expect(measurement.failures == 0)
        #expect(measurement.endpoints == queries * 2)
        #expect(measurement.latencies.count == queries)
        #expect(measurement.latencies == measurement.latencies.sorted())
    }

    @Test
    func `A measurement counts an answer without endpoints as a failure without a latency`() async throws {
        let measurement = try await Measurement.take(of: 4, inFlight: 1) { 0 }
        #expect(measurement.failures == 4)
        #expect(measurement.latencies.isEmpty)
        #expect(measurement.json.description.contains("\"max\":0"))
    }
}
