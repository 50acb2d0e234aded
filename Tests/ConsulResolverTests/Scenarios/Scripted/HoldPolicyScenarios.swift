// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

struct HoldPolicyScenarios {
    private static func keeping(_ configuration: inout ServiceResolver.Configuration) {
        configuration.hold.keepsLastKnown = true
    }

    @Test
    func `The default policy believes an empty answer with a reason at once`() async throws {
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
    func `The default policy believes an empty answer without a reason after the configured time`() async throws {
        try await scenario(configure: { $0.hold.emptyGracePeriod = .seconds(5) }) {
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
    func `The policy keepsLastKnown believes no empty answer, and reports the age of the endpoints`() async throws {
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

    @Test func `The policy keepsLastKnown sends no request to the leader`() async throws {
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
    func `The policy keepsLastKnown passes an empty answer if there never were endpoints`() async throws {
        try await scenario(configure: Self.keeping) {
            DNS.answers(.noSuchName())
            Lookup(.empty(nil))
            Lookup(.empty(nil))
        }
    }

    @Test
    func `The policy keepsLastKnown returns no endpoints beyond the stale limit while Consul fails`() async throws {
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
            // The endpoints come back: Consul answers that there are none, which this policy does not believe.
            Lookup(.stale(1).aged(.seconds(64)))
        }
    }

    @Test
    func `The default policy drops endpoints in doubt at the stale limit`() async throws {
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
