// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NIOConcurrencyHelpers

/// Does what a ``ResolutionPlan`` decides: asks Consul's two interfaces, and remembers what that taught about them.
///
/// A class because of what it holds: an asynchronous method keeps a value alive by retaining every part of it.
final class Fallback: Sendable {
    let dns: DNSSource
    let http: HTTPSource
    let configuration: ServiceResolver.Configuration
    /// What goes by when a way is passed over.
    private let time: TimeSource

    private let counters: QuestionCounters
    private let ways = NIOLockedValueBox(WayMemory())
    /// What answers over DNS were cut off for.
    private let tooBigForDNS = NIOLockedValueBox(BoundedMemory<ServiceRequest>())

    /// With fewer instances than this, no answer over TCP has ever been seen to be cut off: 308 with IPv6 addresses, the
    /// longest names and without compression.
    private static let instancesForDNS = 250

    init(
        dns: DNSSource,
        http: HTTPSource,
        configuration: ServiceResolver.Configuration,
        time: TimeSource = .continuous
    ) {
        self.time = time
        self.dns = dns
        self.http = http
        self.configuration = configuration
        counters = dns.counters
    }

    /// What was asked so far, whichever way.
    var diagnostics: ServiceResolver.Diagnostics.Ways {
        counters.diagnostics(silent: ways.withLockedValue { $0.silent(at: .now) })
    }

    /// - Parameter isDispensable: Whether there is an earlier answer to go on with.
    /// - Throws: `CancellationError`; `ConsulNameError` and ``ServiceRequestError`` for what cannot be asked; the clients'
    ///   errors when they have been shut down.
    func resolve(
        _ request: ServiceRequest,
        isDispensable: Bool = false,
        deadline: Deadline
    ) async throws -> Resolution {
        let start = ContinuousClock.now
        let name = try domainName(for: request)
        var circumstances = circumstances(of: request, isForDNS: name != nil)
        circumstances.isDispensable = isDispensable
        var plan = ResolutionPlan(circumstances)
        var action = plan.start()
        while true {
            if plan.isEscalating(by: action) { counters.escalatedToHTTP() }
            switch action {
            case .askDNSBriefly:
                let brief = deadline.atMost(min(configuration.dns.attemptTimeout, deadline.remaining / 2))
                action = plan.answered(try await askDNS(request, name, deadline: brief), by: .dns)
            case .askDNS:
                action = plan.answered(try await askDNS(request, name, deadline: deadline), by: .dns)
            case .askHTTPBriefly:
                let brief = deadline.leaving(configuration.dns.attemptTimeout)
                action = plan.answered(try await askHTTP(request, retries: false, deadline: brief), by: .http)
            case .askHTTPOnce:
                action = plan.answered(try await askHTTP(request, retries: false, deadline: deadline), by: .http)
            case .askHTTP:
                action = plan.answered(try await askHTTP(request, retries: true, deadline: deadline), by: .http)
            case .finish(let answer):
                let resolution = try await heedingPath(answer, to: request, deadline: deadline)
                counters.ended(resolution, after: start.duration(to: .now))
                return resolution
            }
        }
    }

    // MARK: Before

    /// Refuses what cannot be asked, and sends nothing.
    ///
    /// - Throws: `ConsulNameError`, ``ServiceRequestError``.
    func check(_ request: ServiceRequest) throws {
        _ = try domainName(for: request)
    }

    /// The name to ask for over DNS; `nil` for a request that only HTTP can carry.
    private func domainName(for request: ServiceRequest) throws -> DomainName? {
        try request.check()
        var name: DomainName?
        do throws(ConsulNameError) {
            name = try request.domainName(in: configuration.dns.domain)
        } catch {
            // Nobody knows what an empty part was meant to be; over HTTP it would mean "any".
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

    private func circumstances(of request: ServiceRequest, isForDNS: Bool) -> ResolutionPlan.Circumstances {
        guard configuration.strategy == .automatic else {
            return ResolutionPlan.Circumstances(strategy: configuration.strategy)
        }
        return ResolutionPlan.Circumstances(
            isForDNS: isForDNS,
            isTooBigForDNS: tooBigForDNS.withLockedValue { $0.contains(request) },
            silent: ways.withLockedValue { $0.silent(for: request, at: time.now()) }
        )
    }

    // MARK: Asking

    /// An empty answer of DNS about a datacenter that was known, or "could not ask" if there is no path to it now.
    ///
    /// Both are NXDOMAIN. But Consul's servers are a service of every datacenter that can be reached, and are not found in
    /// one without a path. Where DNS does not even show the servers of its own datacenter, its token may not see them, and
    /// the answer stands.
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

    private func askDNS(_ request: ServiceRequest, _ name: DomainName?, deadline: Deadline) async throws -> Resolution {
        guard let name else { return .unknown(ResolutionFailure(attempts: []), source: .dnsUDP) }
        let trial = Trial(.dns, of: request, at: time.now(), until: deadline)
        begin(trial)
        var answer = try await dns.resolve(name, deadline: deadline)
        end(trial, with: answer)
        if case .endpoints = answer.outcome, let datacenter = request.locality.datacenter {
            http.datacenters.insert(datacenter)
        }
        if let port = request.port, case .empty = answer.outcome { answer = .ambiguous(answer, port: port) }
        // Over UDP alone nothing would get through, and HTTP is there for what DNS is too small for, not for that.
        if case .endpoints = answer.outcome, !answer.isComplete, answer.source == .dnsTCP {
            tooBigForDNS.withLockedValue { $0.insert(request) }
        }
        return answer
    }

    private func askHTTP(_ request: ServiceRequest, retries: Bool, deadline: Deadline) async throws -> Resolution {
        let trial = Trial(.http, of: request, at: time.now(), until: deadline)
        guard trial.time > .zero else {
            let attempt = ResolutionFailure.Attempt(
                code: .timedOut,
                message: "there was no time left to ask the HTTP API"
            )
            return .unknown(ResolutionFailure(attempts: [attempt]), source: .http)
        }
        begin(trial)
        let answer = try await http.resolve(request, retries: retries, deadline: deadline)
        end(trial, with: answer)
        if !isTooBigForDNS(answer) { tooBigForDNS.withLockedValue { $0.remove(request) } }
        return answer
    }

    /// Whether to go on without DNS. What is unknown changes nothing.
    private func isTooBigForDNS(_ answer: Resolution) -> Bool {
        switch answer.outcome {
        case .endpoints(let endpoints): endpoints.count > Fallback.instancesForDNS
        case .empty: false
        case .unknown: true
        }
    }

    /// One time that a way is asked.
    private struct Trial {
        let way: Way
        let request: ServiceRequest
        let start: ContinuousClock.Instant
        /// How much there was for it.
        let time: Duration

        init(_ way: Way, of request: ServiceRequest, at start: ContinuousClock.Instant, until deadline: Deadline) {
            self.start = start
            self.way = way
            self.request = request
            time = deadline.remaining
        }
    }

    private func begin(_ trial: Trial) {
        guard configuration.strategy == .automatic else { return }
        ways.withLockedValue { $0.isAboutToBeAsked(trial.way, about: trial.request, at: trial.start) }
    }

    private func end(_ trial: Trial, with answer: Resolution) {
        guard configuration.strategy == .automatic else { return }
        let isAlive = answer.isSignOfLife
        guard isAlive || trial.time >= Deadline.leastFairTime else { return }
        let now = time.now()
        ways.withLockedValue { ways in
            if isAlive {
                ways.heard(trial.way, about: trial.request, at: now)
            } else {
                ways.heardNothing(trial.way, about: trial.request, since: trial.start, at: now)
            }
        }
    }
}

extension Resolution {
    /// An empty answer over DNS about a named port, for what it is. Consul says NXDOMAIN as soon as it comes across an
    /// instance that lacks the port, before or after others that have it.
    fileprivate static func ambiguous(_ answer: Resolution, port: String) -> Resolution {
        let message = """
            NXDOMAIN about the port \(port): there is no healthy instance, one of them has no port of that name, or this \
            Consul is older than 1.22, which knows named ports; only the HTTP API can tell
            """
        let attempt = ResolutionFailure.Attempt(
            code: .ambiguousAnswer,
            message: message,
            server: answer.server,
            transport: answer.source == .dnsUDP ? .udp : .tcp
        )
        return .unknown(ResolutionFailure(attempts: [attempt]), source: answer.source)
    }

    /// Whether anybody has answered, whatever it was.
    fileprivate var isSignOfLife: Bool {
        guard case .unknown(let failure) = outcome else { return true }
        let silence: [ResolutionFailure.Code] = [
            .timedOut, .connectionFailed, .untrusted, .nameserverNotFound, .tokenUnavailable,
        ]
        return !failure.attempts.allSatisfy { silence.contains($0.code) }
    }
}
