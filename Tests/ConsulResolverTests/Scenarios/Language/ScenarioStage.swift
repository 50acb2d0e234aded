// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel
@testable import ResolverSupport

/// The state of a running scenario: the two servers, the clock, the resolver, and the pending lookups and streams.
final class ScenarioStage {
    let clock: ManualClock
    let dns: ScriptedDNSServer
    let http: ScriptedHTTPServer
    let resolver: ServiceResolver
    let dnsAnswers: AnswerScript<ScriptedDNSAnswer>
    let httpAnswers: AnswerScript<ScriptedHTTPAnswer>

    /// The lookups that have begun and not ended.
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
                // Pauses between HTTP attempts are real time, so the number of attempts would vary.
                configuration.http.retry.maximumAttempts = 1
                // So would the number of retransmissions on a busy machine.
                configuration.dns.client.retransmissionInterval = .seconds(15)
                // Scenarios do not test the pauses of dead servers.
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

    /// The number of answers that are held back.
    var held: Int { dnsAnswers.held + httpAnswers.held }

    /// Waits until the server holds the answer to a query that has just been sent, if one was sent. The query's timer
    /// runs by then.
    func waitForQuestion(held: Int) async throws {
        guard isHolding, !resolver.cache.isIdle else { return }
        try await waitUntil("the server to hold an answer") { [resolver, dnsAnswers, httpAnswers] in
            dnsAnswers.held + httpAnswers.held > held || resolver.cache.isIdle
        }
    }

    /// Waits until no query is pending and all followers sleep. Returns at once while a server holds back its answers.
    func settle() async throws {
        guard !isHolding else { return }
        try await waitUntil("every query to end") { [resolver, clock, count = followers.count] in
            // A sleeping follower sends no query, but a pending query with a timer counts as a sleeper, so the number
            // of sleepers is checked on both sides. The prober of a dead nameserver sleeps, too.
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

    /// Compares the number of queries since the last comparison.
    func check(dns: Count?, http: Count?, at sourceLocation: SourceLocation) {
        if let dns {
            let asked = self.dns.queries.count
            self.dns.forgetQueries()
            if !dns.includes(asked) { note("expected \(dns) queries over DNS, found \(asked)", at: sourceLocation) }
        }
        if let http {
            let asked = self.http.requests.count
            self.http.forgetRequests()
            if !http.includes(asked) {
                note("expected \(http) requests over HTTP, found \(asked)", at: sourceLocation)
            }
        }
    }
}
