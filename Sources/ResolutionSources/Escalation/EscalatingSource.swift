// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NIOConcurrencyHelpers
package import ResolutionModel
package import ResolverSupport

/// The lookup over DNS and HTTP: executes the actions of a ``EscalationStateMachine`` and records which sources responded.
///
/// It is a class because it has many members: an asynchronous method of a struct would retain each of them.
package final class EscalatingSource: ResolutionSource {
    private let dns: DNSSource
    private let http: HTTPSource
    private let configuration: ResolverConfiguration
    /// The clock for the penalties in ``SourceHealth``.
    private let time: TimeSource

    private let counters: LookupCounters
    private let health = NIOLockedValueBox(SourceHealth())
    /// The requests whose last DNS answer was truncated at Consul's limits.
    private let tooBigForDNS = NIOLockedValueBox(BoundedSet<ServiceRequest>())

    /// The number of instances up to which DNS is used again. The fewest instances at which an answer over TCP was seen
    /// truncated is 308, with IPv6 addresses, the longest names and no compression.
    private static let instancesForDNS = 250

    package init(
        dns: DNSSource,
        http: HTTPSource,
        configuration: ResolverConfiguration,
        time: TimeSource = .continuous
    ) {
        self.time = time
        self.dns = dns
        self.http = http
        self.configuration = configuration
        counters = dns.counters
    }

    /// The counts of queries over both sources.
    package var diagnostics: ResolverDiagnostics.Sources {
        let silent = health.withLockedValue { $0.silent(at: time.now()) }
        return counters.diagnostics(isDNSSilent: silent.contains(.dns), isHTTPSilent: silent.contains(.http))
    }

    /// Resolves a request over DNS, HTTP or both, as the strategy and the ``EscalationStateMachine`` decide.
    package func resolve(
        _ request: ServiceRequest,
        deadline: Deadline,
        hasStaleAnswer: Bool
    ) async throws -> Resolution {
        let start = Moment.now
        let name = try domainName(for: request)
        var circumstances = circumstances(of: request, isForDNS: name != nil)
        circumstances.hasStaleAnswer = hasStaleAnswer
        var plan = EscalationStateMachine(circumstances)
        var action = plan.start()
        while true {
            if plan.isEscalating(by: action) { counters.escalatedToHTTP() }
            switch action {
            case .queryDNSBriefly:
                let now = Moment.now
                let half = deadline.remaining(at: now) / 2
                let brief = deadline.atMost(min(configuration.dns.attemptTimeout, half), at: now)
                action = plan.answered(try await queryDNS(request, name, deadline: brief), by: .dns)
            case .queryDNS:
                action = plan.answered(try await queryDNS(request, name, deadline: deadline), by: .dns)
            case .queryHTTPBriefly:
                let brief = deadline.leaving(configuration.dns.attemptTimeout)
                action = plan.answered(try await queryHTTP(request, retries: false, deadline: brief), by: .http)
            case .queryHTTPOnce:
                action = plan.answered(try await queryHTTP(request, retries: false, deadline: deadline), by: .http)
            case .queryHTTP:
                action = plan.answered(try await queryHTTP(request, retries: true, deadline: deadline), by: .http)
            case .finish(let answer):
                var resolution = try await heedingPath(answer, to: request, deadline: deadline)
                resolution.elapsed = start.duration(to: .now)
                counters.ended(resolution)
                return resolution
            }
        }
    }

    /// Requests a consistent answer over HTTP, before an answer that would remove endpoints is believed.
    package func confirm(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution? {
        guard configuration.strategy != .dns else { return nil }
        return try await http.confirm(request, deadline: deadline)
    }

    // MARK: Validating a request

    package func validate(_ request: ServiceRequest) throws {
        _ = try domainName(for: request)
    }

    /// Returns the name to query over DNS; `nil` for a request that only HTTP can carry.
    private func domainName(for request: ServiceRequest) throws -> DomainName? {
        try request.check()
        var name: DomainName?
        do throws(ConsulNameError) {
            name = try request.domainName(in: configuration.dns.domain)
        } catch {
            // An empty part is an error with every strategy: its meaning is unknown, and over HTTP it would mean "any".
            guard configuration.strategy != .dns, error.code != .empty else { throw error }
        }
        if let surplus = request.surplus {
            guard configuration.strategy == .dns else { return nil }
            throw ServiceRequestError(
                code: .needsHTTP,
                description: "DNS cannot carry \(surplus); set the strategy to automatic or http"
            )
        }
        return name
    }

    private func circumstances(of request: ServiceRequest, isForDNS: Bool) -> EscalationStateMachine.Circumstances {
        guard configuration.strategy == .automatic else {
            return EscalationStateMachine.Circumstances(strategy: configuration.strategy)
        }
        return EscalationStateMachine.Circumstances(
            isForDNS: isForDNS,
            isTooBigForDNS: tooBigForDNS.withLockedValue { $0.contains(request) },
            silent: health.withLockedValue { $0.silent(for: request, at: time.now()) }
        )
    }

    // MARK: Sending queries

    /// Turns an empty DNS answer about a known datacenter into an unknown outcome if Consul has no path to it now.
    ///
    /// Consul answers NXDOMAIN in both cases. But its servers are the service `consul` in every datacenter that can be
    /// reached, and that service is not found in a datacenter without a path. If DNS does not show the servers of the
    /// agent's own datacenter either, the agent's token may not read them: the empty answer stands.
    private func heedingPath(
        _ answer: Resolution,
        to request: ServiceRequest,
        deadline: Deadline
    ) async throws -> Resolution {
        guard case .empty = answer.outcome, answer.source != .http, let datacenter = request.locality.datacenter,
            http.datacenters.contains(datacenter)
        else { return answer }
        let domain = configuration.dns.domain
        let servers = try ServiceRequest("consul", in: .datacenter(datacenter)).domainName(in: domain)
        if case .endpoints = try await dns.resolve(servers, deadline: deadline).outcome { return answer }
        let ownServers = try ServiceRequest("consul").domainName(in: domain)
        if case .empty = try await dns.resolve(ownServers, deadline: deadline).outcome { return answer }
        let attempt = ResolutionFailure.Attempt(
            code: .serverFailure,
            message: "DNS shows no server of the datacenter \(datacenter): there is no path to it",
            server: answer.server
        )
        return .unknown(ResolutionFailure(attempts: [attempt]), source: answer.source)
    }

    private func queryDNS(_ request: ServiceRequest, _ name: DomainName?, deadline: Deadline) async throws -> Resolution
    {
        guard let name else { return .unknown(ResolutionFailure(attempts: []), source: .dnsUDP) }
        let trial = Trial(.dns, of: request, at: time.now(), until: deadline)
        begin(trial)
        var answer = try await dns.resolve(name, deadline: deadline)
        end(trial, with: answer)
        if case .endpoints = answer.outcome, let datacenter = request.locality.datacenter {
            http.datacenters.insert(datacenter)
        }
        if let port = request.port, case .empty = answer.outcome { answer = .ambiguous(answer, port: port) }
        // Only an answer over TCP proves that DNS is too small. An incomplete answer over UDP may mean that TCP does
        // not get through, and HTTP does not replace DNS for that reason.
        if case .endpoints = answer.outcome, !answer.isComplete, answer.source == .dnsTCP {
            tooBigForDNS.withLockedValue { $0.insert(request) }
        }
        return answer
    }

    private func queryHTTP(_ request: ServiceRequest, retries: Bool, deadline: Deadline) async throws -> Resolution {
        let trial = Trial(.http, of: request, at: time.now(), until: deadline)
        guard trial.time > .zero else {
            let attempt = ResolutionFailure.Attempt(
                code: .timedOut,
                message: "no time was left to query the HTTP API"
            )
            return .unknown(ResolutionFailure(attempts: [attempt]), source: .http)
        }
        begin(trial)
        let answer = try await http.resolve(request, retries: retries, deadline: deadline)
        end(trial, with: answer)
        if !isTooBigForDNS(answer) { tooBigForDNS.withLockedValue { $0.remove(request) } }
        return answer
    }

    /// True if DNS stays unused for a request that was too big for it. An unknown outcome does not change that.
    private func isTooBigForDNS(_ answer: Resolution) -> Bool {
        switch answer.outcome {
        case .endpoints(let endpoints): endpoints.count > EscalatingSource.instancesForDNS
        case .empty: false
        case .unknown: true
        }
    }

    /// One attempt to get an answer from a source.
    private struct Trial {
        let source: SourceKind
        let request: ServiceRequest
        let start: Moment
        /// The time that the attempt may take.
        let time: Duration

        init(
            _ source: SourceKind,
            of request: ServiceRequest,
            at start: Moment,
            until deadline: Deadline
        ) {
            self.start = start
            self.source = source
            self.request = request
            time = deadline.remaining
        }
    }

    private func begin(_ trial: Trial) {
        guard configuration.strategy == .automatic else { return }
        health.withLockedValue { $0.willQuery(trial.source, about: trial.request, at: trial.start) }
    }

    private func end(_ trial: Trial, with answer: Resolution) {
        guard configuration.strategy == .automatic else { return }
        let isAlive = answer.isSignOfLife
        guard isAlive || trial.time >= Deadline.leastFairTime else { return }
        let now = time.now()
        health.withLockedValue { health in
            if isAlive {
                health.heard(trial.source, about: trial.request, at: now)
            } else {
                health.wasSilent(trial.source, about: trial.request, since: trial.start, at: now)
            }
        }
    }
}

extension Resolution {
    /// Returns the unknown outcome that an empty DNS answer about a named port stands for. Consul answers NXDOMAIN as
    /// soon as it meets an instance without the port, even if other instances have it.
    fileprivate static func ambiguous(_ answer: Resolution, port: String) -> Resolution {
        let message = """
            NXDOMAIN about the port \(port): no instance is healthy, one has no port of that name, or this Consul is \
            older than 1.22 and has no named ports; only the HTTP API can tell
            """
        let attempt = ResolutionFailure.Attempt(
            code: .ambiguousAnswer,
            message: message,
            server: answer.server,
            transport: answer.source == .dnsUDP ? .udp : .tcp
        )
        return .unknown(ResolutionFailure(attempts: [attempt]), source: answer.source)
    }

    /// True if a server responded, whatever the response.
    fileprivate var isSignOfLife: Bool {
        guard case .unknown(let failure) = outcome else { return true }
        let silence: [ResolutionFailure.Code] = [
            .timedOut, .connectionFailed, .untrusted, .nameserverNotFound, .tokenUnavailable,
        ]
        return !failure.attempts.allSatisfy { silence.contains($0.code) }
    }
}
