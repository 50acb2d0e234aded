// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import ConsulTesting
import LoadBalancing
import TestBasics
import Testing

/// A resolver of scripted services: which answers arrive, and what the real layers above make of them.
struct ScriptedServicesTests {
    private let services = ScriptedServices()
    private let clock = ManualClock()

    // MARK: Answers

    @Test func `A lookup returns the scripted endpoints in their order`() async throws {
        try services.answer(
            "web",
            with: .endpoints("10.0.0.2:80", "[::1]:81", "db.internal:82", timeToLive: .seconds(9))
        )
        try await withScripted { resolver async throws in
            let resolution = try await resolver.resolve("web")
            #expect(resolution.endpoints.map(\.authority) == ["10.0.0.2:80", "[::1]:81", "db.internal:82"])
            #expect(resolution.isComplete && !resolution.isStale && resolution.timeToLive == .seconds(9))
        }
    }

    @Test func `A service without a script is not registered`() async throws {
        try await withScripted { resolver async throws in
            let resolution = try await resolver.resolve("web")
            #expect(resolution.reason == .noSuchService)
        }
    }

    @Test func `A closure answers the requests without a script`() async throws {
        let open = try ScriptedAnswer.endpoints("10.0.0.1:80")
        let services = ScriptedServices { $0.name.hasPrefix("open-") ? open : .unknown(.accessDenied) }
        try await withScripted(services) { resolver async throws in
            #expect(try await resolver.resolve("open-web").endpoints.count == 1)
            #expect(try await resolver.resolve("web").failure?.attempts.map(\.code) == [.accessDenied])
        }
    }

    @Test func `A request with a tag has a script of its own`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80"))
        try services.answer(ServiceRequest("web", tags: ["v2"]), with: .endpoints("10.0.0.2:80"))
        try await withScripted { resolver async throws in
            #expect(try await resolver.resolve("web", tag: "v2").endpoints.map(\.authority) == ["10.0.0.2:80"])
            #expect(try await resolver.resolve("web", tag: "v3").reason == .noSuchService)
        }
    }

    @Test func `A text that is no endpoint is an error`() {
        #expect(throws: HostPortError.self) { try ScriptedAnswer.endpoints("10.0.0.1") }
        #expect(throws: HostPortError.self) { try ScriptedAnswer.endpoints("10.0.0.1:80", "10.0.0.1:99999") }
    }

    @Test func `An empty name is refused as by a resolver of Consul`() async throws {
        try await withScripted { resolver async throws in
            await #expect(throws: ConsulNameError.self) { try await resolver.resolve("") }
            await #expect(throws: ServiceRequestError.self) {
                var query = ServiceRequest.preparedQuery("nearest")
                query.filter = "Service.ID == a"
                _ = try await resolver.resolve(query)
            }
            #expect(services.queries.isEmpty)
        }
    }

    // MARK: The layers above

    @Test func `The cache answers until the clock has passed the TTL`() async throws {
        try services.answer(
            "web",
            with: .endpoints("10.0.0.1:80", timeToLive: .seconds(10)),
            then: .endpoints("10.0.0.2:80")
        )
        try await withScripted { resolver async throws in
            for elapsed in 0..<8 {
                #expect(try await resolver.resolve("web").endpoints.map(\.authority) == ["10.0.0.1:80"], "\(elapsed) s")
                clock.advance(by: .seconds(1))
            }
            #expect(services.queries == ["web"])
            clock.advance(by: .seconds(3))
            #expect(try await resolver.resolve("web").endpoints.map(\.authority) == ["10.0.0.2:80"])
            #expect(services.queries == ["web", "web"])
        }
    }

    @Test func `The last answer is repeated`() async throws {
        services.answer("web", with: .unknown(), then: .empty(.noHealthyInstance))
        var configuration = ResolverConfiguration()
        configuration.cache = nil
        try await withScripted(configuration: configuration) { resolver async throws in
            #expect(try await resolver.resolve("web").failure != nil)
            for _ in 0..<3 { #expect(try await resolver.resolve("web").reason == .noHealthyInstance) }
            #expect(services.queries.count == 4)
        }
    }

    @Test func `Known endpoints stay, as stale ones, when Consul does not answer`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80"), then: .unknown(.timedOut))
        try await withScripted { resolver async throws in
            _ = try await resolver.resolve("web")
            clock.advance(by: .seconds(5))
            let stale = try await resolver.resolve("web")
            #expect(stale.isStale && stale.endpoints.count == 1 && stale.age == .seconds(5))
            clock.advance(by: .seconds(3600))
            #expect(try await resolver.resolve("web").failure?.attempts.map(\.code) == [.timedOut])
        }
    }

    @Test func `An empty answer without a reason is accepted after the grace period by the clock`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80"), then: .empty(nil))
        try await withScripted { resolver async throws in
            _ = try await resolver.resolve("web")
            clock.advance(by: .seconds(2))
            let doubtful = try await resolver.resolve("web")
            #expect(doubtful.isStale && doubtful.doubt != nil && doubtful.endpoints.count == 1)
            clock.advance(by: .seconds(31))
            // A stale answer is returned at once after a failure; the fetch that it starts brings the news.
            _ = try await resolver.resolve("web")
            try await eventually { services.queries.count == 3 }
            try await eventually { try await resolver.resolve("web").endpoints.isEmpty }
        }
    }

    @Test func `An empty answer with a reason is accepted at once`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80"), then: .empty(.noHealthyInstance))
        try await withScripted { resolver async throws in
            _ = try await resolver.resolve("web")
            clock.advance(by: .seconds(2))
            #expect(try await resolver.resolve("web").reason == .noHealthyInstance)
        }
    }

    @Test func `A request fails over to the alternative that the script has`() async throws {
        var request: ServiceRequest = "web"
        request.alternatives = [.datacenter("dc2")]
        services.answer("web", with: .empty(.noHealthyInstance))
        try services.answer(ServiceRequest("web", in: .datacenter("dc2")), with: .endpoints("10.2.0.1:80"))
        try await withScripted { resolver async throws in
            let resolution = try await resolver.resolve(request)
            #expect(resolution.endpoints.map(\.authority) == ["10.2.0.1:80"])
            #expect(resolution.alternative == .datacenter("dc2"))
        }
    }

    @Test func `A service balances among the scripted endpoints`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80", "10.0.0.2:80"))
        try await withScripted { resolver async throws in
            let web = resolver.service("web", policy: .weightedRoundRobin)
            var picked: Set<String> = []
            for _ in 0..<4 { picked.insert(try await web.withEndpoint { $0.authority }) }
            #expect(picked == ["10.0.0.1:80", "10.0.0.2:80"])
        }
    }

    @Test func `A pick of an empty service throws the reason`() async throws {
        services.answer("web", with: .empty(.noHealthyInstance))
        try await withScripted { resolver async throws in
            let web = resolver.service("web")
            try await web.ready()
            let error = #expect(throws: PickError.self) { _ = try web.pick() }
            #expect(error?.code == .empty)
        }
    }

    // MARK: Delays and silence

    @Test func `A silent Consul uses up the timeout by the clock`() async throws {
        services.answer("web", with: .silence)
        try await withScripted { resolver async throws in
            async let resolution = resolver.resolve("web")
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(2))
            #expect(try await resolution.failure?.attempts.map(\.code) == [.timedOut])
        }
    }

    @Test func `A delayed answer arrives when the clock says so`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80").delayed(by: .milliseconds(500)))
        try await withScripted { resolver async throws in
            async let resolution = resolver.resolve("web")
            try await clock.waitForSleepers(1)
            clock.advance(by: .milliseconds(499))
            #expect(clock.sleeperCount == 1)
            clock.advance(by: .milliseconds(1))
            #expect(try await resolution.endpoints.count == 1)
        }
    }

    @Test func `A slow answer is replaced by the stale one after the client response timer`() async throws {
        let slow = try ScriptedAnswer.endpoints("10.0.0.2:80").delayed(by: .seconds(1))
        try services.answer("web", with: .endpoints("10.0.0.1:80"), then: slow)
        try await withScripted { resolver async throws in
            _ = try await resolver.resolve("web")
            clock.advance(by: .seconds(2))
            async let resolution = resolver.resolve("web")
            try await clock.waitForSleepers(2)
            clock.advance(by: .milliseconds(250))
            #expect(try await resolution.isStale)
            clock.advance(by: .seconds(1))
            try await eventually { try await resolver.resolve("web").endpoints.map(\.authority) == ["10.0.0.2:80"] }
        }
    }

    // MARK: Following

    @Test func `A watch sees each change at once`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80"))
        try await withScripted { resolver async throws in
            var updates = resolver.service("web", updating: .watch).updates.makeAsyncIterator()
            #expect(await updates.next()?.endpoints.map(\.authority) == ["10.0.0.1:80"])
            try services.answer("web", with: .endpoints("10.0.0.1:80", "10.0.0.2:80"))
            #expect(await updates.next()?.endpoints.count == 2)
            services.answer("web", with: .unknown())
            let stale = try #require(await updates.next())
            #expect(stale.isStale && stale.endpoints.count == 2)
            try services.answer("web", with: .endpoints("10.0.0.3:80"))
            #expect(await updates.next()?.endpoints.map(\.authority) == ["10.0.0.3:80"])
            services.answer("web", with: .empty(.noHealthyInstance))
            #expect(await updates.next()?.reason == .noHealthyInstance)
        }
    }

    @Test func `Endpoints of a quiet watch are not too old when Consul fails`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80"))
        try await withScripted { resolver async throws in
            var updates = resolver.service("web", updating: .watch).updates.makeAsyncIterator()
            _ = await updates.next()
            clock.advance(by: .seconds(7200))
            services.answer("web", with: .unknown())
            #expect(await updates.next()?.isStale == true)
            // The polls beside the watch find out when they are.
            while try await clock.nextSleeper(), clock.now.offset < .seconds(12_000) { clock.advance(by: .seconds(60)) }
            #expect(await updates.next()?.failure != nil)
        }
    }

    @Test func `A polled service is queried when the clock has passed its TTL`() async throws {
        try services.answer(
            "web",
            with: .endpoints("10.0.0.1:80", timeToLive: .seconds(10)),
            then: .endpoints("10.0.0.2:80")
        )
        try await withScripted { resolver async throws in
            var updates = resolver.service("web").updates.makeAsyncIterator()
            #expect(await updates.next()?.endpoints.map(\.authority) == ["10.0.0.1:80"])
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(9))
            #expect(await updates.next()?.endpoints.map(\.authority) == ["10.0.0.2:80"])
        }
    }

    @Test func `Two resolvers share one script`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80"))
        try await withScripted { first async throws in
            try await withScripted { second async throws in
                var updates = second.service("web", updating: .watch).updates.makeAsyncIterator()
                #expect(await updates.next()?.endpoints.count == 1)
                #expect(try await first.resolve("web").endpoints.count == 1)
                services.answer("web", with: .empty(.noSuchService))
                #expect(await updates.next()?.reason == .noSuchService)
            }
        }
    }

    // MARK: Shutdown

    @Test func `A resolver that was shut down throws, and its watches end`() async throws {
        try services.answer("web", with: .endpoints("10.0.0.1:80"))
        services.answer("slow", with: .silence)
        let resolver = try ServiceResolver(scriptedBy: services, clock: clock)
        var updates = resolver.service("web", updating: .watch).updates.makeAsyncIterator()
        _ = await updates.next()
        let pending = Task { try await resolver.resolve("slow") }
        try await clock.waitForSleepers(1)
        await resolver.shutdown()
        #expect(await updates.next() == nil)
        let error = await #expect(throws: ConsulHTTPError.self) { try await pending.value }
        #expect(error?.code == .closed)
        await #expect(throws: ConsulHTTPError.self) { try await resolver.resolve("web") }
    }

    @Test func `A canceled lookup of a silent service ends at once`() async throws {
        services.answer("web", with: .silence)
        try await withScripted { resolver async throws in
            let lookup = Task { try await resolver.resolve("web") }
            try await clock.waitForSleepers(1)
            lookup.cancel()
            await #expect(throws: CancellationError.self) { try await lookup.value }
        }
    }

    // MARK: Helpers

    private func withScripted(
        _ services: ScriptedServices? = nil,
        configuration: ResolverConfiguration = ResolverConfiguration(),
        _ body: (ServiceResolver) async throws -> Void
    ) async throws {
        let resolver = try ServiceResolver(
            scriptedBy: services ?? self.services,
            clock: clock,
            configuration: configuration
        )
        let result: Result<Void, any Error>
        do { result = .success(try await body(resolver)) } catch { result = .failure(error) }
        await resolver.shutdown()
        try result.get()
    }

    private func eventually(_ condition: @escaping @Sendable () async throws -> Bool) async throws {
        try await withDeadline(.seconds(20), "the condition") {
            while try await !condition() { try await Task.sleep(for: .milliseconds(2)) }
        }
    }
}

extension ManualClock {
    /// Returns true if a task sleeps on this clock within a second.
    fileprivate func nextSleeper() async throws -> Bool {
        (try? await waitForSleepers(1, within: .seconds(1))) != nil
    }
}

extension Resolution {
    fileprivate var reason: EmptyReason? {
        if case .empty(let reason) = outcome { reason } else { nil }
    }

    fileprivate var failure: ResolutionFailure? {
        if case .unknown(let failure) = outcome { failure } else { nil }
    }
}
