// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

struct HoldPolicyScenarios {
    private static func keeping(_ configuration: inout ServiceResolver.Configuration) {
        configuration.hold.policy = .keepLastKnown
    }

    @Test
    func `publishEmpty believes an empty answer that is explained at once`() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1))
            HTTP.answers(.nothing)
            Lookup(.fresh(1))
            DNS.answers(.noSuchName())
            Advance(by: .seconds(1))
            Lookup(.empty(.noSuchService))
        }
    }

    @Test
    func `publishEmpty believes one that nobody explains when it has lasted for as long as is set`() async throws {
        try await scenario(configure: { $0.hold.empty = .seconds(5) }) {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            DNS.answers(.noSuchName())
            Advance(by: .seconds(1))
            Lookup(.stale(1))
            Advance(by: .seconds(4))
            Lookup(.stale(1))
            Lookup(.stale(1))
            Advance(by: .seconds(2))
            Lookup(.stale(1))
            Lookup(.empty(nil))
        }
    }

    @Test
    func `keepLastKnown believes none, and says how old the endpoints are`() async throws {
        try await scenario(strategy: .automatic, configure: Self.keeping) {
            DNS.answers(.endpoints(1))
            HTTP.answers(.nothing)
            Lookup(.fresh(1))
            DNS.answers(.noSuchName())
            for hour in 1...48 {
                Advance(by: .seconds(3600))
                Lookup(.stale(1).aged(.seconds(hour * 3600)))
            }
            DNS.answers(.endpoints(2))
            Advance(by: .seconds(2))
            Lookup(.fresh(2))
        }
    }

    @Test func `keepLastKnown is no reason to ask the leader`() async throws {
        try await scenario(strategy: .automatic, configure: Self.keeping) {
            DNS.answers(.endpoints(1))
            HTTP.answers(.nothing)
            Lookup(.fresh(1), dns: 1, http: 0)
            DNS.answers(.noSuchName())
            Advance(by: .seconds(1))
            Lookup(.stale(1), dns: 1, http: 1)
        }
    }

    @Test
    func `keepLastKnown passes on that there is nothing as long as there never was`() async throws {
        try await scenario(configure: Self.keeping) {
            DNS.answers(.noSuchName())
            Lookup(.empty(nil))
            Lookup(.empty(nil))
        }
    }

    @Test
    func `keepLastKnown does not keep endpoints beyond the limit that nobody can be asked about`() async throws {
        try await scenario(configure: { configuration in
            Self.keeping(&configuration)
            configuration.cache?.staleLimit = .seconds(60)
        }) {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            DNS.answers(.serverFailure)
            Advance(by: .seconds(60))
            Lookup(.stale(1))
            Advance(by: .seconds(2))
            Lookup(.unknown(.serverFailure))
            DNS.answers(.noSuchName())
            Advance(by: .seconds(2))
            // What was taken for lost is not: Consul says that there is none, which is not to be believed.
            Lookup(.stale(1).aged(.seconds(64)))
        }
    }

    @Test
    func `publishEmpty gives up at the limit what nobody can be asked about`() async throws {
        try await scenario(configure: { $0.cache?.staleLimit = .seconds(10) }) {
            DNS.answers(.endpoints(1))
            Lookup(.fresh(1))
            DNS.answers(.noSuchName())
            Advance(by: .seconds(10))
            Lookup(.stale(1))
            Advance(by: .seconds(2))
            Lookup(.empty(nil))
        }
    }
}
