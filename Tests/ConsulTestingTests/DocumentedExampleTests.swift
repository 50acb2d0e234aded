// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import ConsulTesting
import Testing

/// The code under test of docs/testing.md.
struct Checkout {
    let payments: ConsulService

    func pay() async throws -> String {
        try await payments.withEndpoint { endpoint in "paid at \(endpoint.authority)" }
    }
}

/// The examples of docs/testing.md, word for word.
struct CheckoutTests {
    @Test func `A checkout goes on with the known servers while Consul is out`() async throws {
        let services = ScriptedServices()
        let resolver = try ServiceResolver(scriptedBy: services)
        let payments = resolver.service("payments", updating: .watch)
        var updates = payments.updates.makeAsyncIterator()

        try services.answer("payments", with: .endpoints("10.0.0.1:8080"))
        #expect(await updates.next()?.endpoints.count == 1)
        services.answer("payments", with: .unknown(.timedOut))
        #expect(await updates.next()?.isStale == true)
        #expect(try await Checkout(payments: payments).pay() == "paid at 10.0.0.1:8080")

        await resolver.shutdown()
    }

    @Test func `A lookup is repeated when the answer is ten seconds old`() async throws {
        let (services, clock) = (ScriptedServices(), ManualClock())
        let resolver = try ServiceResolver(scriptedBy: services, clock: clock)
        try services.answer(
            "payments",
            with: .endpoints("10.0.0.1:8080", timeToLive: .seconds(10)),
            then: .endpoints("10.0.0.2:8080", timeToLive: .seconds(10))
        )

        #expect(try await resolver.resolve("payments").endpoints.map(\.authority) == ["10.0.0.1:8080"])
        clock.advance(by: .seconds(7))
        #expect(try await resolver.resolve("payments").endpoints.map(\.authority) == ["10.0.0.1:8080"])
        clock.advance(by: .seconds(3))
        #expect(try await resolver.resolve("payments").endpoints.map(\.authority) == ["10.0.0.2:8080"])
        #expect(services.queries.count == 2)

        await resolver.shutdown()
    }

    @Test func `A checkout finds the payments that are registered`() async throws {
        try await withDevelopmentAgent { agent in
            try await agent.register("payments", port: 8080)
            try await withServiceResolver(configuration: agent.configuration) { resolver in
                let checkout = Checkout(payments: resolver.service("payments"))
                let receipt = try await checkout.pay()
                #expect(receipt == "paid at 127.0.0.1:8080")
            }
        }
    }
}
