// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver

/// What a scenario is played on: the two servers, the clock, the resolver, and whoever is still waiting for something.
final class ScenarioStage {
    let clock: ManualClock
    let dns: ScriptedDNSServer
    let http: ScriptedHTTPServer
    let resolver: ServiceResolver
    let dnsAnswers: AnswerScript<ScriptedDNSAnswer>
    let httpAnswers: AnswerScript<ScriptedHTTPAnswer>

    /// Lookups that have begun and not ended.
    var lookups: [String: Task<Resolution, any Error>] = [:]
    var followers: [String: UpdateReader] = [:]

    private init(
        clock: ManualClock,
        dns: (ScriptedDNSServer, AnswerScript<ScriptedDNSAnswer>),
        http: (ScriptedHTTPServer, AnswerScript<ScriptedHTTPAnswer>),
        resolver: ServiceResolver
    ) {
        self.clock = clock
        (self.dns, dnsAnswers) = dns
        (self.http, httpAnswers) = http
        self.resolver = resolver
    }

    static func with(
        strategy: ServiceResolver.Configuration.Strategy,
        configure: (inout ServiceResolver.Configuration) -> Void,
        _ body: (ScenarioStage) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let dnsAnswers = AnswerScript<ScriptedDNSAnswer>(clock, otherwise: .silence)
        let httpAnswers = AnswerScript<ScriptedHTTPAnswer>(clock, otherwise: .failure)
        try await withScriptedDNSServer(script: { dnsAnswers.next().steps($0) }) { dns in
            try await withScriptedHTTPServer(script: { httpAnswers.next().steps($0) }) { http in
                var configuration = ServiceResolver.Configuration.forTests(ports: [dns.port])
                configuration.strategy = strategy
                configuration.cache = .init()
                configuration.http.address = ConsulHTTPAddress(.loopback(http.port), usesTLS: false)
                // Pauses between tries are real time, and how often somebody tried is nothing to count on.
                configuration.http.retry.maximumAttempts = 1
                // Nor is what is repeated because the machine is busy.
                configuration.dns.client.retransmissionInterval = .seconds(15)
                // Whether a server is dead is another matter.
                configuration.dns.maximumBackoff = .milliseconds(50)
                configure(&configuration)
                let resolver = try ServiceResolver(
                    configuration: configuration,
                    logger: nil,
                    time: TimeSource(clock),
                    chance: { 0 }
                )
                let stage = ScenarioStage(
                    clock: clock,
                    dns: (dns, dnsAnswers),
                    http: (http, httpAnswers),
                    resolver: resolver
                )
                let result: Result<Void, any Error>
                do { result = .success(try await body(stage)) } catch { result = .failure(error) }
                await stage.clear()
                try result.get()
            }
        }
    }

    private func clear() async {
        for lookup in lookups.values { lookup.cancel() }
        for follower in followers.values { await follower.stop() }
        dnsAnswers.release()
        httpAnswers.release()
        await resolver.shutdown()
    }

    // MARK: Waiting

    private var isHolding: Bool { dnsAnswers.isHolding || httpAnswers.isHolding }

    /// How many questions wait for a server.
    var held: Int { dnsAnswers.held + httpAnswers.held }

    /// Waits until a question that has just been asked, if one has, has come to the server that lets it wait. Its timer
    /// runs by then.
    func waitForQuestion(held: Int) async throws {
        guard isHolding, !resolver.cache.isIdle else { return }
        try await waitUntil("the question is held") { [resolver, dnsAnswers, httpAnswers] in
            dnsAnswers.held + httpAnswers.held > held || resolver.cache.isIdle
        }
    }

    /// Waits until nothing is going on: no question is under way, and all who follow sleep. While a server waits, nothing
    /// can be waited for.
    func settle() async throws {
        guard !isHolding else { return }
        try await waitUntil("nothing is going on") { [resolver, clock, count = followers.count] in
            // Who sleeps asks nothing, and a question under way that has a timer is no sleeper: so in this order. Who
            // looks after a dead nameserver sleeps, too.
            clock.sleeperCount >= count && resolver.cache.isIdle && clock.sleeperCount >= count
        }
    }

    func waitUntil(_ awaited: String, _ condition: @escaping @Sendable () -> Bool) async throws {
        if condition() { return }
        try await eventually(awaited) { condition() }
    }

    // MARK: Expecting

    func note(_ problem: String, at sourceLocation: SourceLocation) {
        Issue.record("at \(clock.now.offset) of the scenario: \(problem)", sourceLocation: sourceLocation)
    }

    func check(_ found: Resolution, _ expectation: Expectation, at sourceLocation: SourceLocation) {
        guard !expectation.isMet(by: found) else { return }
        note("expected \(expectation), found \(Expectation.description(of: found))", at: sourceLocation)
    }

    /// Compares how much has been asked since that was last compared.
    func check(dns: Count?, http: Count?, at sourceLocation: SourceLocation) {
        if let dns {
            let asked = self.dns.queries.count
            self.dns.forgetQueries()
            if !dns.includes(asked) { note("expected \(dns) questions over DNS, found \(asked)", at: sourceLocation) }
        }
        if let http {
            let asked = self.http.requests.count
            self.http.forgetRequests()
            if !http.includes(asked) {
                note("expected \(http) questions over HTTP, found \(asked)", at: sourceLocation)
            }
        }
    }
}
