// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

@Suite("The policy")
struct HoldPolicyScenarios {
    private static func keeping(_ configuration: inout ServiceResolver.Configuration) {
        configuration.hold.policy = .keepLastKnown
    }

    @Test("publishEmpty believes an empty answer that is explained at once")
    func publishEmpty() async throws {
        try await scenario(strategy: .automatic) {
            DNS.answers(.endpoints(1))
            HTTP.answers(.nothing)
            Lookup(.fresh(1))
            DNS.answers(.noSuchName())
            Advance(by: .seconds(1))
            Lookup(.empty(.noSuchService))
        }
    }

    @Test("publishEmpty believes one that nobody explains when it has lasted for as long as is set")
    func publishUnexplained() async throws {
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

    @Test("keepLastKnown believes none, and says how old the endpoints are")
    func keepLastKnown() async throws {
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

    @Test("keepLastKnown is no reason to ask the leader")
    func noConfirmation() async throws {
        try await scenario(strategy: .automatic, configure: Self.keeping) {
            DNS.answers(.endpoints(1))
            HTTP.answers(.nothing)
            Lookup(.fresh(1), dns: 1, http: 0)
            DNS.answers(.noSuchName())
            Advance(by: .seconds(1))
            Lookup(.stale(1), dns: 1, http: 1)
        }
    }

    @Test("keepLastKnown passes on that there is nothing as long as there never was")
    func neverAny() async throws {
        try await scenario(configure: Self.keeping) {
            DNS.answers(.noSuchName())
            Lookup(.empty(nil))
            Lookup(.empty(nil))
        }
    }

    @Test("keepLastKnown does not keep endpoints beyond the limit that nobody can be asked about")
    func limit() async throws {
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

    @Test("publishEmpty gives up at the limit what nobody can be asked about")
    func limitOfUnexplained() async throws {
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
