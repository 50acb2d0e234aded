// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

struct RollingRestartScenarios {
    @Test
    func `A rolling restart is followed step by step: each complete answer replaces the last`() async throws {
        let rounds: [[UInt16]] = [
            [1, 2, 3, 4], [11, 2, 3, 4], [11, 12, 3, 4], [11, 12, 13, 4], [11, 12, 13, 14],
        ]
        try await scenario {
            for round in rounds {
                DNS.answers(.endpoints(round))
                Lookup(.fresh(round), dns: 1)
                Advance(by: .seconds(1))
            }
        }
    }

    @Test
    func `A rolling restart shows a service with one instance less, and then with all`() async throws {
        let all: [UInt16] = [1, 2, 3, 4]
        try await scenario {
            for missing in all {
                DNS.answers(.endpoints(all.filter { $0 != missing }))
                Lookup(.fresh(all.filter { $0 != missing }))
                Advance(by: .seconds(1))
                DNS.answers(.endpoints(all))
                Lookup(.fresh(all))
                Advance(by: .seconds(1))
            }
        }
    }

    @Test
    func `A rolling restart of a single instance leaves the service empty for a moment`() async throws {
        try await scenario(strategy: .automatic) {
            HTTP.answers(.critical(1))
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            DNS.answers(.noSuchName())
            Advance(by: .seconds(1))
            Lookup(.empty(.noHealthyInstance))
            DNS.answers(.endpoints(2))
            Lookup(.fresh(2))
        }
    }

    @Test func `A rolling restart during a restart of the agent loses no endpoint`() async throws {
        try await scenario {
            DNS.answers(.endpoints(1, 2, 3))
            Lookup(.fresh(1, 2, 3))
            DNS.stops()
            Advance(by: .seconds(2))
            Lookup(.stale(1, 2, 3))
            DNS.answers(.endpoints(1, 2, 4))
            DNS.starts()
            Recovery(to: .fresh(1, 2, 4))
        }
    }

    @Test
    func `A rolling restart over HTTP is followed step by step unless the server may be behind`() async throws {
        try await scenario(strategy: .http) {
            HTTP.answers(.endpoints(1, 2, 3))
            Lookup(.fresh(1, 2, 3))
            HTTP.answers(.endpoints(4, lastContact: .seconds(10)))
            Advance(by: .seconds(1))
            Lookup(.part(1, 2, 3, 4))
            HTTP.answers(.endpoints(4, lastContact: .milliseconds(20)))
            Advance(by: .seconds(1))
            Lookup(.fresh(4))
        }
    }
}
