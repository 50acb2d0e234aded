// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import DNSWire
import LoadBalancing

/// Asks Consul over its HTTP API: one question for the instances, and when there are none, another for the reason.
struct HTTPSource: Sendable {
    let client: ConsulHTTPClient
    /// The domain of Consul's DNS.
    let domain: DomainName
    let counters: QuestionCounters
    let datacenters: KnownDatacenters
    let ownDatacenter = OwnDatacenter()

    /// - Parameters:
    ///   - consistency: Who may answer. By default any server, with a leader or without, as over DNS: asking the leader
    ///     alone would make this way fail exactly when it is needed.
    ///   - retries: Whether to ask again if that may help.
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down. Everything else that goes
    ///   wrong is an unknown outcome.
    func resolve(
        _ request: ServiceRequest,
        consistency: ReadOptions.Consistency = .stale,
        retries: Bool,
        deadline: Deadline
    ) async throws -> Resolution {
        let start = ContinuousClock.now
        var resolution: Resolution
        do {
            let finding = try await find(request, consistency, retries: retries, deadline: deadline)
            resolution = try await self.resolution(of: finding, for: request, consistency, deadline: deadline)
        } catch let error as ConsulHTTPError where error.code != .closed {
            resolution = try await explain(error, of: request, deadline: deadline)
        }
        counters.askedHTTP(QueryOutcome(http: resolution))
        resolution.elapsed = start.duration(to: .now)
        return resolution
    }

    /// What the leader says, about an answer that would take away endpoints.
    ///
    /// - Throws: As ``resolve(_:consistency:retries:deadline:)``.
    func confirm(_ request: ServiceRequest, within timeout: Duration) async throws -> Resolution {
        try await resolve(request, consistency: .consistent, retries: true, deadline: Deadline(in: timeout))
    }

    /// What an answer means, however it was come by.
    ///
    /// - Throws: `CancellationError`.
    func resolution(
        of finding: HTTPFinding,
        for request: ServiceRequest,
        _ consistency: ReadOptions.Consistency = .stale,
        deadline: Deadline
    ) async throws -> Resolution {
        if let datacenter = request.locality.datacenter { datacenters.insert(datacenter) }
        let reader = try await reader(of: finding, for: request, deadline: deadline)
        let names = reader.aliases(of: finding.entries)
        var aliases = AliasTable()
        if !names.isEmpty {
            let source = HTTPAliases(
                source: self,
                health: request.health,
                consistency: consistency,
                deadline: deadline
            )
            aliases = try await AliasFollower(ask: source.step).follow(names)
        }
        let result = reader.read(finding.entries, aliases: aliases)
        let outcome: Resolution.Outcome
        if !result.endpoints.isEmpty {
            outcome = .endpoints(
                request.isOrderedByConsul ? result.endpoints : result.endpoints.shuffledQuickly()
            )
        } else if result.unusable > 0 || result.isPart {
            let message = "\(result.unusable) healthy instances, none with an address and a port that can be used"
            outcome = .unknown(ResolutionFailure(attempts: [.init(code: .unusableTargets, message: message)]))
        } else if result.withoutPort > 0 {
            outcome = try await self.outcome(of: finding.entries, without: request.port ?? "", deadline: deadline)
        } else if !finding.entries.isEmpty {
            outcome = .empty(.noHealthyInstance)
        } else {
            outcome = try await meaningOfNothing(request, finding, deadline: deadline)
        }
        let isKnown = if case .unknown = outcome { false } else { !result.isPart }
        var resolution = Resolution(
            outcome,
            source: .http,
            isComplete: isKnown && finding.metadata.filteredByACLs != true,
            isStale: finding.isStale,
            timeToLive: finding.timeToLive,
            age: finding.age,
            lastContact: finding.metadata.lastContact
        )
        resolution.unusableInstances = result.unusable
        return resolution
    }

    /// What reads the entries as Consul's DNS would.
    ///
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    private func reader(
        of finding: HTTPFinding,
        for request: ServiceRequest,
        deadline: Deadline
    ) async throws -> EntryReader {
        EntryReader(
            health: request.health,
            domain: domain,
            name: try? request.domainName(in: domain),
            isTranslated: try await isTranslated(finding, deadline: deadline),
            port: request.port
        )
    }

    /// Whether something that the finding does not tell decides about the endpoints: names of Consul's own that instances
    /// have for addresses.
    func dependsOnOthers(_ finding: HTTPFinding, for request: ServiceRequest) -> Bool {
        let reader = EntryReader(health: request.health, domain: domain, name: try? request.domainName(in: domain))
        return !reader.aliases(of: finding.entries).isEmpty
    }

    func find(
        _ request: ServiceRequest,
        _ consistency: ReadOptions.Consistency,
        retries: Bool,
        deadline: Deadline
    ) async throws -> HTTPFinding {
        var options = request.readOptions
        options.consistency = consistency
        options.retries = retries
        if request.kind == .preparedQuery {
            let answer = try await client.execute(
                preparedQuery: request.name,
                options: options,
                timeout: deadline.remaining
            )
            return HTTPFinding(
                entries: answer.value.nodes,
                metadata: answer.metadata,
                timeToLive: answer.value.timeToLive ?? .zero,
                service: answer.value.service
            )
        }
        var question = request.healthRequest
        question.options = options
        let answer = try await client.serviceHealth(question, timeout: deadline.remaining)
        return HTTPFinding(entries: answer.value, metadata: answer.metadata)
    }

    // MARK: Reasons

    /// What an empty list means: that there is nothing, with the reason if Consul tells it, or a denial, after which nothing
    /// is known.
    ///
    /// - Throws: `CancellationError`.
    private func meaningOfNothing(
        _ request: ServiceRequest,
        _ finding: HTTPFinding,
        deadline: Deadline
    ) async throws -> Resolution.Outcome {
        let isFiltered = finding.metadata.filteredByACLs
        do {
            if isFiltered == true { return .hidden(request) }
            // Proxies and gateways have names of their own. Consul has no API that says whether the token may read them.
            guard request.kind == .service || request.kind == .preparedQuery || isFiltered == false else {
                return .empty(nil)
            }
            if isFiltered == nil {
                let service = finding.service ?? request.name
                let options = request.readOptions
                switch try await client.mayRead(service: service, in: options, timeout: deadline.remaining) {
                case false?: return .hidden(request)
                case nil: return .empty(nil)
                case true?: break
                }
            }
            // A prepared query that exists and finds nothing does not say whether there is anything unhealthy.
            guard request.kind != .preparedQuery else { return .empty(nil) }
            guard !request.tags.isEmpty || request.filter != nil else { return .empty(.noSuchService) }
            var wider = request
            wider.tags = []
            wider.filter = nil
            let all = try await client.serviceHealth(wider.healthRequest, timeout: deadline.remaining).value
            if all.isEmpty { return .empty(.noSuchService) }
            return .empty(request.filter == nil ? .noSuchTag : .noMatchingInstance)
        } catch is ConsulHTTPError {
            return .empty(nil)
        }
    }

    /// What a failure means. A datacenter that is neither listed nor known from earlier answers is a fact about the request,
    /// although Consul takes it for a failure of its own; so is a prepared query that does not exist.
    private func explain(
        _ error: ConsulHTTPError,
        of request: ServiceRequest,
        deadline: Deadline
    ) async throws -> Resolution {
        if error.code == .notFound, request.kind == .preparedQuery {
            // Consul says the same to who may not run it.
            return Resolution(.empty(nil), source: .http, isComplete: true)
        }
        if error.status == 500, let datacenter = request.locality.datacenter, !datacenters.contains(datacenter) {
            do {
                let listed = try await client.datacenters(timeout: deadline.remaining)
                for name in listed { datacenters.insert(name) }
                if !listed.isEmpty, !datacenters.contains(datacenter) {
                    return Resolution(.empty(.noSuchDatacenter), source: .http, isComplete: true)
                }
            } catch is ConsulHTTPError {
                // The first failure says more.
            }
        }
        return .unknown(ResolutionFailure(attempts: [.init(error)]), source: .http)
    }
}

extension Resolution.Outcome {
    /// The token may not read the service. Consul answers with a list from which everything was left out.
    fileprivate static func hidden(_ request: ServiceRequest) -> Resolution.Outcome {
        let message =
            "Consul hides \(request.name) from the token, which needs service:read for it and node:read for its nodes"
        return .unknown(ResolutionFailure(attempts: [.init(code: .accessDenied, message: message)]))
    }
}

extension [Endpoint] {
    /// Consul's HTTP API lists a service in the same order every time; a caller that takes the first would always take the
    /// same one.
    fileprivate func shuffledQuickly() -> [Endpoint] {
        var generator = ShuffleGenerator()
        return shuffled(using: &generator)
    }
}
