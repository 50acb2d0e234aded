// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
package import ConsulHTTP
package import DNSWire
import LoadBalancing
package import ResolutionModel
package import ResolverSupport

/// The lookup over Consul's HTTP API: one request for the instances and, if there are none, further requests for the
/// reason.
package struct HTTPSource: Sendable {
    package let client: ConsulHTTPClient
    /// The domain of Consul's DNS.
    package let domain: DomainName
    package let counters: LookupCounters
    package let datacenters: KnownDatacenters

    package init(
        client: ConsulHTTPClient,
        domain: DomainName,
        counters: LookupCounters,
        datacenters: KnownDatacenters
    ) {
        self.client = client
        self.domain = domain
        self.counters = counters
        self.datacenters = datacenters
    }
    let ownDatacenter = OwnDatacenter()

    /// Resolves a request. Every failure other than the errors below is an unknown outcome. The caller measures the time
    /// that it takes.
    ///
    /// - Parameters:
    ///   - consistency: The servers that may answer. By default any server, with a leader or without, as over DNS: if
    ///     only the leader could answer, this source would fail exactly when it is needed.
    ///   - retries: True if the client may retry the request.
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    package func resolve(
        _ request: ServiceRequest,
        consistency: ReadOptions.Consistency = .stale,
        retries: Bool,
        deadline: Deadline
    ) async throws -> Resolution {
        let resolution: Resolution
        do {
            let answer = try await find(request, consistency, retries: retries, deadline: deadline)
            resolution = try await self.resolution(of: answer, for: request, consistency, deadline: deadline)
        } catch let error as ConsulHTTPError where error.code != .closed {
            resolution = try await explain(error, of: request, deadline: deadline)
        }
        counters.queriedHTTP(QueryOutcome(http: resolution))
        return resolution
    }

    /// Requests a consistent answer from the leader, before an answer that would remove endpoints is believed.
    ///
    /// - Throws: The errors of ``resolve(_:consistency:retries:deadline:)``.
    package func confirm(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution {
        let start = Moment.now
        var resolution = try await resolve(request, consistency: .consistent, retries: true, deadline: deadline)
        resolution.elapsed = start.duration(to: .now)
        return resolution
    }

    /// Returns the resolution that an answer amounts to, for requests and watches alike.
    ///
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    package func resolution(
        of answer: HTTPServiceAnswer,
        for request: ServiceRequest,
        _ consistency: ReadOptions.Consistency = .stale,
        deadline: Deadline
    ) async throws -> Resolution {
        if let datacenter = request.locality.datacenter { datacenters.insert(datacenter) }
        let builder = try await builder(of: answer, for: request, deadline: deadline)
        let instances = builder.instances(in: answer.entries)
        let names = builder.aliases(of: instances)
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
        let result = builder.read(instances, of: answer.entries, aliases: aliases)
        let outcome: Resolution.Outcome
        if !result.endpoints.isEmpty {
            outcome = .endpoints(
                request.isOrderedByConsul ? result.endpoints : result.endpoints.shuffledQuickly()
            )
        } else if result.unusable > 0 || result.isPart {
            let message = "\(result.unusable) healthy instances, none with a usable address and port"
            outcome = .unknown(ResolutionFailure(attempts: [.init(code: .unusableTargets, message: message)]))
        } else if result.withoutPort > 0 {
            outcome = try await self.outcome(of: answer.entries, without: request.port ?? "", deadline: deadline)
        } else if !answer.entries.isEmpty {
            outcome = .empty(.noHealthyInstance)
        } else {
            outcome = try await meaningOfNothing(request, answer, deadline: deadline)
        }
        let isKnown = if case .unknown = outcome { false } else { !result.isPart }
        var resolution = Resolution(
            outcome,
            source: .http,
            isComplete: isKnown && answer.metadata.filteredByACLs != true,
            isStale: answer.isStale,
            timeToLive: answer.timeToLive,
            age: answer.age,
            lastContact: answer.metadata.lastContact
        )
        resolution.unusableInstances = result.unusable
        return resolution
    }

    /// Returns the builder that converts the entries as Consul's DNS would.
    ///
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    private func builder(
        of answer: HTTPServiceAnswer,
        for request: ServiceRequest,
        deadline: Deadline
    ) async throws -> HTTPEndpointBuilder {
        HTTPEndpointBuilder(
            health: request.health,
            domain: domain,
            name: try? request.domainName(in: domain),
            isTranslated: try await isTranslated(answer, deadline: deadline),
            port: request.port
        )
    }

    /// Returns true if the endpoints depend on data outside of the finding: on names in Consul's domain that instances
    /// have for addresses.
    package func dependsOnOthers(_ answer: HTTPServiceAnswer, for request: ServiceRequest) -> Bool {
        let builder = HTTPEndpointBuilder(
            health: request.health,
            domain: domain,
            name: try? request.domainName(in: domain)
        )
        return !builder.aliases(of: builder.instances(in: answer.entries)).isEmpty
    }

    package func find(
        _ request: ServiceRequest,
        _ consistency: ReadOptions.Consistency,
        retries: Bool,
        deadline: Deadline
    ) async throws -> HTTPServiceAnswer {
        var options = request.readOptions
        options.consistency = consistency
        options.retries = retries
        if request.kind == .preparedQuery {
            let answer = try await client.execute(
                preparedQuery: request.name,
                options: options,
                timeout: deadline.remaining
            )
            return HTTPServiceAnswer(
                entries: answer.value.nodes,
                metadata: answer.metadata,
                timeToLive: answer.value.timeToLive ?? .zero,
                service: answer.value.service
            )
        }
        var question = request.healthRequest
        question.options = options
        let answer = try await client.serviceHealth(question, timeout: deadline.remaining)
        return HTTPServiceAnswer(entries: answer.value, metadata: answer.metadata)
    }

    // MARK: Reasons

    /// Returns the outcome that an empty list amounts to: an empty outcome, with the reason if Consul provides it, or
    /// an unknown outcome if the token may not read the service.
    ///
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    private func meaningOfNothing(
        _ request: ServiceRequest,
        _ answer: HTTPServiceAnswer,
        deadline: Deadline
    ) async throws -> Resolution.Outcome {
        let isFiltered = answer.metadata.filteredByACLs
        do {
            if isFiltered == true { return .hidden(request) }
            // Proxies and gateways have their own service names. Consul has no API that says if the token may read
            // them.
            guard request.kind == .service || request.kind == .preparedQuery || isFiltered == false else {
                return .empty(nil)
            }
            if isFiltered == nil {
                let service = answer.service ?? request.name
                let options = request.readOptions
                switch try await client.mayRead(service: service, in: options, timeout: deadline.remaining) {
                case false?: return .hidden(request)
                case nil: return .empty(nil)
                case true?: break
                }
            }
            // A prepared query that exists and finds no instance does not say if unhealthy instances exist.
            guard request.kind != .preparedQuery else { return .empty(nil) }
            guard !request.tags.isEmpty || request.filter != nil else { return .empty(.noSuchService) }
            var wider = request
            wider.tags = []
            wider.filter = nil
            let all = try await client.serviceHealth(wider.healthRequest, timeout: deadline.remaining).value
            if all.isEmpty { return .empty(.noSuchService) }
            return .empty(request.filter == nil ? .noSuchTag : .noMatchingInstance)
        } catch let error as ConsulHTTPError where error.code != .closed {
            return .empty(nil)
        }
    }

    /// Returns the resolution that a failure amounts to. If the datacenter is neither listed nor known from earlier
    /// answers, or the prepared query does not exist, the outcome is empty, although Consul reports a failure.
    ///
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    private func explain(
        _ error: ConsulHTTPError,
        of request: ServiceRequest,
        deadline: Deadline
    ) async throws -> Resolution {
        if error.code == .notFound, request.kind == .preparedQuery {
            // Consul gives the same answer to a token that may not run the query.
            return Resolution(.empty(nil), source: .http, isComplete: true)
        }
        if error.status == 500, let datacenter = request.locality.datacenter, !datacenters.contains(datacenter) {
            do {
                let listed = try await client.datacenters(timeout: deadline.remaining)
                for name in listed { datacenters.insert(name) }
                if !listed.isEmpty, !datacenters.contains(datacenter) {
                    return Resolution(.empty(.noSuchDatacenter), source: .http, isComplete: true)
                }
            } catch let error as ConsulHTTPError where error.code != .closed {
                // The first failure is more informative.
            }
        }
        return .unknown(ResolutionFailure(attempts: [.init(error)]), source: .http)
    }
}

extension Resolution.Outcome {
    /// Returns the outcome for a token that may not read the service. Consul answers such a request with an empty list.
    fileprivate static func hidden(_ request: ServiceRequest) -> Resolution.Outcome {
        let message =
            "Consul hides \(request.name) from the token, which needs service:read for it and node:read for its nodes"
        return .unknown(ResolutionFailure(attempts: [.init(code: .accessDenied, message: message)]))
    }
}

extension [Endpoint] {
    /// Returns the endpoints in random order. Consul's HTTP API lists a service in the same order every time, and a
    /// caller that takes the first endpoint would always take the same one.
    fileprivate func shuffledQuickly() -> [Endpoint] {
        var generator = ShuffleGenerator()
        return shuffled(using: &generator)
    }
}
