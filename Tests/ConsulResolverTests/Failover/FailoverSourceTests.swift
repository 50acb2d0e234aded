// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionFailover
@testable import ResolutionModel
@testable import ResolverSupport

/// A server that plays the agent of two datacenters, on a virtual clock.
struct FailoverSourceTests {
    typealias Steps = @Sendable (ScriptedQuery) -> [ScriptedStep]

    static let own = "web.service.consul."
    static let other = "web.service.dc2.consul."

    static let has: Steps = { query in
        let instance = DNSReply.Instance(query.name == own ? "10.1.0.1" : "10.2.0.1", node: "n1")
        return [.reply(.service(to: query, instances: [instance]).withEDNS(of: query))]
    }
    static let hasNothing: Steps = { [.reply(.nothing(to: $0, code: .nameError).withEDNS(of: $0))] }
    static let fails: Steps = { query in [.reply(DNSReply(to: query).with { $0.code = .serverFailure })] }
    static let isSilent: Steps = { _ in [] }

    /// The script of each datacenter.
    private func script(own: @escaping Steps, other: @escaping Steps) -> ScriptedDNSServer.Script {
        { query in query.name == FailoverSourceTests.own ? own(query) : other(query) }
    }

    private var request: ServiceRequest {
        var request = ServiceRequest("web")
        request.alternatives = [.datacenter("dc2")]
        return request
    }

    private func withFailover(
        own: @escaping Steps,
        other: @escaping Steps,
        configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
        _ body: (FailoverSource, ScriptedDNSServer, ManualClock) async throws -> Void
    ) async throws {
        try await withScriptedDNSServer(script: script(own: own, other: other)) { server in
            try await withResolver(ports: [server.port], configure: configure) { resolver in
                let clock = ManualClock()
                let failover = FailoverSource(
                    configuration: resolver.configuration,
                    over: resolver.cache,
                    targets: EntrySource(resolver.cache, isPatient: true),
                    time: TimeSource(clock)
                )
                let result: Result<Void, any Error>
                do { result = .success(try await body(failover, server, clock)) } catch { result = .failure(error) }
                await failover.shutdown()
                try result.get()
            }
        }
    }

    private func resolve(_ failover: FailoverSource, in limit: Duration = .seconds(30)) async throws -> Resolution {
        try await failover.resolve(request, deadline: Deadline(in: limit))
    }

    @Test
    func `Endpoints come from the next datacenter if the first has none, and from there at once later`() async throws {
        try await withFailover(own: Self.hasNothing, other: Self.has) { failover, server, _ in
            for _ in 1...3 {
                let resolution = try await resolve(failover)
                #expect(resolution.authorities == ["10.2.0.1:8080"])
                #expect(resolution.alternative == .datacenter("dc2"))
            }
            #expect(server.queries.map(\.name) == [Self.own, Self.other, Self.other, Self.other])
        }
    }

    @Test func `A datacenter that has endpoints is the only one queried`() async throws {
        try await withFailover(own: Self.has, other: Self.has) { failover, server, clock in
            for _ in 1...3 {
                clock.advance(by: .seconds(5))
                let resolution = try await resolve(failover)
                #expect(resolution.authorities == ["10.1.0.1:8080"] && resolution.alternative == nil)
            }
            #expect(server.queries.map(\.name) == [Self.own, Self.own, Self.own])
        }
    }

    @Test func `A silent datacenter leaves the next one time to answer`() async throws {
        try await withFailover(own: Self.isSilent, other: Self.has) { configuration in
            configuration.dns.transport = .udp
            configuration.dns.attemptTimeout = .seconds(3600)
        } _: { failover, server, _ in
            let resolution = try await resolve(failover, in: .seconds(4))
            #expect(resolution.alternative == .datacenter("dc2"))
            let ids = { server.queries.filter { $0.name == Self.own }.map(\.id) }
            let before = Set(ids())
            #expect(try await resolve(failover, in: .seconds(4)).alternative == .datacenter("dc2"))
            #expect(Set(ids()) == before, "a waiting caller queried it again")
        }
    }

    @Test func `Traffic returns when the datacenter has been healthy for ten seconds`() async throws {
        try await withFailover(own: Self.hasNothing, other: Self.has) { failover, server, clock in
            #expect(try await resolve(failover).alternative == .datacenter("dc2"))
            server.setScript(script(own: Self.has, other: Self.has))
            let returned = try await asking("the first datacenter to be used again", within: .seconds(30)) {
                let resolution = try await self.resolve(failover)
                clock.advance(by: .milliseconds(500))
                return resolution.alternative == nil ? resolution : nil
            }
            #expect(returned.authorities == ["10.1.0.1:8080"])
            #expect(clock.now.offset > .seconds(11))
        }
    }

    @Test func `A background query delays no caller, runs once for all, and ends with the resolver`() async throws {
        try await withFailover(own: Self.hasNothing, other: Self.has) { configuration in
            configuration.timeout = .seconds(3600)
            configuration.dns.attemptTimeout = .seconds(3600)
        } _: { failover, server, clock in
            _ = try await resolve(failover)
            server.setScript(script(own: Self.isSilent, other: Self.has))
            server.forgetQueries()
            for _ in 1...5 {
                clock.advance(by: .seconds(2))
                #expect(try await resolve(failover).alternative == .datacenter("dc2"))
            }
            _ = try await asking("a query to the first datacenter", within: .seconds(30)) {
                server.queries.first { $0.name == Self.own }
            }
            // Retransmissions of one query have the same ID.
            #expect(Set(server.queries.filter { $0.name == Self.own }.map(\.id)).count == 1)
            try await withDeadline(.seconds(30), "the resolver to end") { await failover.shutdown() }
            clock.advance(by: .seconds(2))
            #expect(try await resolve(failover).alternative == .datacenter("dc2"))
        }
    }

    static let nobody: [(own: String, other: String, isEmpty: Bool, alternative: ServiceRequest.Alternative?)] = [
        ("none", "none", true, nil),
        ("failure", "none", false, nil),
        ("failure", "failure", false, nil),
        // An empty answer of one place does not prove that all are empty.
        ("none", "failure", false, .datacenter("dc2")),
    ]

    @Test(arguments: nobody)
    func `A service without endpoints at any place is empty only if all answers are`(
        own: String,
        other: String,
        isEmpty: Bool,
        alternative: ServiceRequest.Alternative?
    ) async throws {
        let steps = ["none": Self.hasNothing, "failure": Self.fails]
        let (own, other) = (try #require(steps[own]), try #require(steps[other]))
        try await withFailover(own: own, other: other) { failover, server, _ in
            for _ in 1...2 {
                let resolution = try await resolve(failover)
                #expect(resolution.isEmpty == isEmpty && resolution.alternative == alternative)
                #expect(isEmpty || resolution.failureCodes.contains(.serverFailure))
            }
            #expect(Set(server.queries.map(\.name)) == [Self.own, Self.other])
        }
    }

    @Test
    func `With a cache, held endpoints are returned for a second, and then those of the next place`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            dns.setScript(script(own: Self.has, other: Self.has))
            #expect(try await resolver.resolve(request).authorities == ["10.1.0.1:8080"])
            #expect(try await resolver.resolve(request).source == .cache)
            #expect(dns.queries.map(\.name) == [Self.own])
            // Without a reason, the disappearance of all instances is not believed.
            dns.setScript(script(own: Self.hasNothing, other: Self.has))
            clock.advance(by: .seconds(1))
            let held = try await resolver.resolve(request)
            #expect(held.authorities == ["10.1.0.1:8080"] && held.isStale && held.alternative == nil)
            clock.advance(by: .seconds(1))
            let moved = try await resolver.resolve(request)
            #expect(moved.authorities == ["10.2.0.1:8080"] && !moved.isStale)
            dns.setScript(script(own: Self.has, other: Self.has))
            try await eventually("the first datacenter to be used again") {
                clock.advance(by: .milliseconds(500))
                return try await resolver.resolve(request).alternative == nil
            }
            #expect(clock.now.offset > .seconds(12))
        }
    }

    @Test func `A prepared query is queried by its own name`() async throws {
        try await withScriptedDNSServer(script: script(own: Self.hasNothing, other: Self.has)) { server in
            try await withResolver(ports: [server.port]) { resolver in
                var request = ServiceRequest("web")
                request.alternatives = [.preparedQuery("near.web")]
                let resolution = try await resolver.resolve(request)
                #expect(resolution.alternative == .preparedQuery("near.web"))
                #expect(server.queries.map(\.name) == [Self.own, "near.web.query.consul."])
                #expect(resolution.elapsed > .zero)
            }
        }
    }

    @Test(arguments: FollowingTests.modes)
    func `An update stream reports the move to the other datacenter, and the return`(
        mode: ConsulService.UpdateMode
    ) async throws {
        let http = OutcomeTable.HTTPState.empty.script
        try await withScriptedDNSServer(script: script(own: Self.has, other: Self.has)) { dns in
            try await withScriptedHTTPServer(script: http) { http in
                try await withResolver(dns: dns.port, http: http.port) { configuration in
                    configuration.following.minimumInterval = .milliseconds(50)
                    configuration.failover.failback = .milliseconds(100)
                } _: { resolver in
                    try await withUpdates(of: resolver.service(request, updating: mode)) { updates in
                        #expect(try await updates.next().alternative == nil)
                        dns.setScript(script(own: Self.hasNothing, other: Self.has))
                        let moved = try await updates.next { $0.alternative == .datacenter("dc2") }
                        #expect(moved.authorities == ["10.2.0.1:8080"])
                        #expect(resolver.service(request).current?.authorities == ["10.2.0.1:8080"])
                        dns.setScript(script(own: Self.has, other: Self.has))
                        let back = try await updates.next { $0.alternative == nil }
                        #expect(back.authorities == ["10.1.0.1:8080"])
                    }
                }
            }
        }
    }
}
