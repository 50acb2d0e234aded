// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
package import DNSWire
import NIOConcurrencyHelpers
import NetworkAddress
package import ResolutionModel
package import ResolverSupport

/// The lookup over DNS: one nameserver after another, over UDP and then TCP, until an answer is conclusive.
///
/// It is a class because it has many members: an asynchronous method of a struct would retain each of them.
package final class DNSSource: Sendable {
    package let client: DNSClient
    package let configuration: ResolverConfiguration.DNS
    package let directory: NameserverDirectory
    package let pool: NameserverPool
    package let counters: LookupCounters
    /// The names for which an answer over UDP alone is no proof of completeness, most often because it is too big. They
    /// are queried over TCP first.
    private let unprovenByUDP = NIOLockedValueBox(BoundedSet<DomainName>())

    package init(
        client: DNSClient,
        configuration: ResolverConfiguration.DNS,
        hosts: HostAddressCache = HostAddressCache(lookUp: SystemHostLookup.addresses),
        policy: NameserverPolicy = NameserverPolicy(),
        time: TimeSource = .continuous,
        counters: LookupCounters = LookupCounters()
    ) {
        self.client = client
        self.configuration = configuration
        self.counters = counters
        directory = NameserverDirectory(configuration.nameservers, hosts: hosts)
        var policy = policy
        policy.maximumPause = max(configuration.maximumBackoff, NameserverPolicy.firstPause)
        let probe = NameserverProbe(client: client, configuration: configuration, directory: directory)
        pool = NameserverPool(
            policy: policy,
            time: time,
            probe: { try await probe.run($0) }
        )
    }

    deinit {
        pool.close()
    }

    /// Ends the background probes and returns when they have ended. Resolutions continue until the client is shut down.
    package func shutdown() async {
        await pool.shutdown()
    }

    /// Returns the state of each nameserver that has been queried.
    package func diagnostics(at now: Moment) -> [NameserverDiagnostics] {
        pool.diagnostics(at: now)
    }

    /// Resolves a name. Every failure other than the errors below is an unknown outcome.
    ///
    /// - Throws: `CancellationError`, and `DNSClientError` when the client has been shut down.
    package func resolve(_ name: DomainName, deadline: Deadline) async throws -> Resolution {
        var context = LookupContext(name: name)
        var selection = directory.selection(until: deadline, by: pool)
        while var attempt = try await selection.next(noting: &context.attempts) {
            // Most answers are on time, and a race with its tasks and timers costs more than such an answer.
            if configuration.hedging, selection.hasSecond { attempt.patience = attempt.circumstances.hedgeDelay }
            if let resolution = try await ask(&attempt, &context) { return resolution }
            if attempt.isLate, let resolution = try await hedge(attempt, &selection, &context) { return resolution }
        }
        if let part = context.part, let resolution = try await resolution(of: part, until: deadline, &context) {
            return resolution
        }
        return context.failure
    }

    // MARK: One server

    /// Queries one server.
    ///
    /// - Returns: The outcome of the resolution; `nil` if the next server should be queried, or if this server is late.
    package func ask(_ attempt: inout ServerAttempt, _ context: inout LookupContext) async throws -> Resolution? {
        let before = context.attempts.count
        let resolution = try await goThroughTransports(&attempt, &context)
        if let failure = attempt.failure(context.attempts.dropFirst(before)) { pool.failed(failure) }
        return resolution
    }

    private func goThroughTransports(
        _ attempt: inout ServerAttempt,
        _ context: inout LookupContext
    ) async throws -> Resolution? {
        var plan = attempt.plan ?? transportPlan(for: context.name, attempt)
        defer { attempt.plan = plan }
        while let step = plan.next, !attempt.isVain {
            let route = Route(server: attempt.server, transport: step.transport, payloadSize: step.payloadSize)
            let now = Moment.now
            let deadline = attempt.budget.share(among: plan.stepsLeft, at: now)
                .atMost(configuration.attemptTimeout, at: now)
            let isFair = deadline.remaining(at: now) >= Deadline.leastFairTime
            let result = try await ask(route, deadline: deadline, isFair: isFair, &attempt, &context)
            if attempt.isLate { return nil }
            plan.end()
            attempt.endTransport()
            guard let (reply, verdict) = result else { continue }
            switch verdict {
            case .instances(let instances, let completeness, let timeToLive):
                let found = FoundInstances(
                    reply: reply,
                    instances: instances,
                    completeness: completeness,
                    timeToLive: timeToLive
                )
                if case .finish(let proven) = plan.found(found) {
                    context.part = nil
                    return try await resolution(of: proven, until: attempt.budget, &context)
                }
                context.part = context.part ?? found
            case .empty(let timeToLive):
                // Another server has returned instances. Whichever is right, using the instances is the safer choice.
                if let part = context.part, part.reply.server != attempt.server { return nil }
                return Resolution(.empty(nil), from: reply, isComplete: true, timeToLive: timeToLive)
            case .trimmedToNothing:
                context.fail(route, .trimmedAnswer, "the answer is empty, but may have been trimmed")
            case .failure(let code, let message):
                context.fail(route, code, message)
                // The server would give the same answer again, unless it has rejected the query because of EDNS.
                guard code == .unexpectedResponseCode else { return nil }
            }
        }
        // Another server has the same catalog and cannot return more than this server has returned.
        guard let best = plan.best, best.reply.transport == .tcp || configuration.transport != .automatic else {
            return nil
        }
        context.part = nil
        return try await resolution(of: best, until: attempt.budget, &context)
    }

    /// Sends one query and interprets the answer.
    ///
    /// - Returns: `nil` if there is no readable answer. The failed attempt is then in `context`, unless the server is
    ///   only late.
    private func ask(
        _ route: Route,
        deadline: Deadline,
        isFair: Bool,
        _ attempt: inout ServerAttempt,
        _ context: inout LookupContext
    ) async throws -> (reply: DNSAnswer, verdict: ServiceVerdict)? {
        let question = Question(name: context.name, type: .srv)
        do {
            // A query that confirms an answer over TCP advertises more than the usual maximum.
            let query = DNSQuery(question, uncheckedPayloadSize: route.payloadSize)
            guard let reply = try await ask(query, route, deadline: deadline, isFair: isFair, &attempt) else {
                return nil
            }
            do throws(AnswerError) {
                let answer = try ServiceAnswer(
                    parsing: reply.bytes,
                    answering: question,
                    domain: configuration.domain
                )
                note(reply, answer.responseCode, in: attempt)
                let verdict = ServiceVerdict(
                    answer,
                    over: route.transport,
                    advertised: route.payloadSize,
                    domain: configuration.domain
                )
                remember(context.name, verdict, size: answer.wireSize, route)
                return (reply, verdict)
            } catch {
                note(reply, nil, in: attempt)
                context.fail(route, .malformedAnswer, error.description)
            }
        } catch let error as DNSClientError where error.code != .closed {
            context.attempts.append(ResolutionFailure.Attempt(error))
        }
        return nil
    }

    /// Sends a query and records it if it fails.
    ///
    /// - Parameter isFair: True if silence until the deadline counts as a failure of the server.
    /// - Returns: `nil` if the server is late. Sending the query again then continues the wait: the client resumes the
    ///   query that is in flight.
    package func ask(
        _ query: DNSQuery,
        _ route: Route,
        deadline: Deadline,
        isFair: Bool,
        _ attempt: inout ServerAttempt
    ) async throws -> DNSAnswer? {
        attempt.begin(over: route.transport)
        var (deadline, patience) = (deadline, attempt.patience)
        if let time = patience {
            let brief = Deadline(in: time)
            if brief < deadline { deadline = brief } else { patience = nil }
        }
        do {
            let reply = try await client.query(
                query,
                server: route.server,
                transport: route.transport,
                deadline: deadline
            )
            attempt.hear()
            return reply
        } catch let error as DNSClientError where error.code != .closed {
            if error.code == .timedOut, let patience {
                attempt.beLate(by: patience)
                return nil
            }
            let mayBePassedOn = query.question.name.mayBePassedOn(inDomain: configuration.domain)
            attempt.miss(error, over: route.transport, isFair: isFair && !mayBePassedOn)
            pool.missed(route.server, error)
            counters.asked(route.server, over: route.transport, QueryOutcome(error))
            throw error
        }
    }

    /// Records an answer with its response code; `nil` for an answer that is malformed.
    package func note(_ reply: DNSAnswer, _ code: ResponseCode?, in attempt: ServerAttempt) {
        let elapsed = attempt.waited + reply.elapsed
        let loss = attempt.lostDatagram ? attempt.start : nil
        pool.answered(reply, code, after: elapsed, lostDatagram: loss, escalated: attempt.hasEscalated)
        counters.asked(reply.server, over: reply.transport, QueryOutcome(code))
        if attempt.hasEscalated { counters.escalatedToTCP() }
    }

    // MARK: Transports

    private func transportPlan(for name: DomainName, _ attempt: ServerAttempt) -> TransportPlan {
        let losesDatagrams = attempt.circumstances.asksStreamsFirst
        return transportPlan(for: name, attempt.server, losesDatagrams: losesDatagrams)
    }

    private func transportPlan(
        for name: DomainName,
        _ server: Nameserver,
        losesDatagrams: Bool = false
    ) -> TransportPlan {
        let datagram = TransportPlan.Step(transport: .udp, payloadSize: payloadSize(.udp, server))
        let stream = TransportPlan.Step(transport: .tcp, payloadSize: nil)
        switch configuration.transport {
        case .udp: return TransportPlan([datagram], confirmationSize: nil)
        case .tcp: return TransportPlan([stream], confirmationSize: nil)
        case .automatic:
            let isForTCP = losesDatagrams || unprovenByUDP.withLockedValue { $0.contains(name) }
            return TransportPlan(
                isForTCP ? [stream, datagram] : [datagram, stream],
                confirmationSize: losesDatagrams ? nil : confirmationSize(server)
            )
        }
    }

    /// Returns the EDNS size of a query that is to confirm an answer over TCP. On the loopback interface, datagrams of
    /// any size arrive; elsewhere, large ones are fragmented.
    private func confirmationSize(_ server: Nameserver) -> UInt16? {
        server.address.isLoopback ? DNSSource.largestDatagram : payloadSize(.udp, server)
    }

    /// The largest EDNS size to advertise. A datagram holds 65 507 bytes, and Consul does not respond if its trimmed
    /// answer is longer than that.
    private static let largestDatagram: UInt16 = 65_000

    /// Returns the EDNS size to advertise; `nil` over TCP, where the message length is the limit.
    package func payloadSize(_ transport: DNSTransport, _ server: Nameserver) -> UInt16? {
        guard transport == .udp else { return nil }
        let size = configuration.ednsPayloadSize ?? (server.address.isLoopback ? DNSQuery.maximumPayloadSize : 1232)
        return min(max(size, 1232), DNSQuery.maximumPayloadSize)
    }

    private func remember(_ name: DomainName, _ verdict: ServiceVerdict, size: Int, _ route: Route) {
        guard configuration.transport == .automatic else { return }
        switch (verdict, route.transport) {
        case (.instances(_, .unproven, _), .udp), (.instances(_, .unconfirmed, _), .udp):
            unprovenByUDP.withLockedValue { $0.insert(name) }
        case (.instances(_, .complete, _), .tcp):
            // If a datagram would have had room for more instances, the service has shrunk.
            guard let advertised = payloadSize(.udp, route.server),
                AnswerCompleteness.wouldLeaveRoom(size, advertised: advertised)
            else { return }
            unprovenByUDP.withLockedValue { $0.remove(name) }
        case (.empty, .tcp):
            unprovenByUDP.withLockedValue { $0.remove(name) }
        default:
            break
        }
    }

    // MARK: Endpoints

    /// Converts the instances found to endpoints, and looks up the addresses that are missing.
    ///
    /// - Returns: `nil` if no instance has a usable address. The failed attempt is then in `context`.
    private func resolution(
        of found: FoundInstances,
        until deadline: Deadline,
        _ context: inout LookupContext
    ) async throws -> Resolution? {
        let sorter = DNSEndpointBuilder(found.instances)
        var addresses: [DomainName: [IPAddress]] = [:]
        var aliases = AliasTable()
        let lookup = AddressLookup(client: client, server: found.reply.server, deadline: deadline)
        if !sorter.namesToAsk.isEmpty { addresses = try await lookup.addresses(of: sorter.namesToAsk) }
        if !sorter.aliases.isEmpty {
            let source = DNSAliases(lookup: lookup, domain: configuration.domain) { name in
                self.transportPlan(for: name, found.reply.server)
            }
            aliases = try await AliasFollower(ask: source.step).follow(sorter.aliases)
        }
        let sorted = sorter.finish(with: addresses, aliases: aliases)
        guard !sorted.endpoints.isEmpty else {
            // All records have the root as their target: the service is "decidedly not available" (RFC 2782).
            if sorted.loss == nil, sorted.unusable == 0, found.completeness == .complete {
                return Resolution(.empty(nil), from: found.reply, isComplete: true, timeToLive: found.timeToLive)
            }
            let route = Route(server: found.reply.server, transport: found.reply.transport)
            let message = "\(found.instances.count) instances, none with a usable address"
            context.fail(route, sorted.loss ?? .unusableTargets, message)
            return nil
        }
        var resolution = Resolution(
            .endpoints(sorted.endpoints),
            from: found.reply,
            isComplete: found.completeness == .complete && sorted.loss == nil,
            timeToLive: min(found.timeToLive, aliases.timeToLive ?? found.timeToLive)
        )
        resolution.unusableInstances = sorted.unusable
        return resolution
    }
}

extension Resolution {
    fileprivate init(_ outcome: Outcome, from reply: DNSAnswer, isComplete: Bool, timeToLive: Duration) {
        self.init(
            outcome,
            source: Source(reply.transport),
            isComplete: isComplete,
            timeToLive: timeToLive,
            elapsed: reply.elapsed,
            server: reply.server
        )
    }
}
