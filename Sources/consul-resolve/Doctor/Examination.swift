// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulDNS
import ConsulHTTP
import ConsulResolver
import DNSWire
import ResolverSupport

/// Collects the facts that `doctor` needs from DNS and HTTP, without judging them.
struct Examination {
    let configuration: ServiceResolver.Configuration
    let via: Via
    /// A description of the token's origin, for people.
    let tokenName: String
    /// The service to check; `nil` for none.
    let request: ServiceRequest?

    /// - Throws: `CancellationError`, and `DNSClientError` when the system cannot create a thread. A source that cannot
    ///   be queried is recorded as a fact.
    func facts() async throws -> Facts {
        // The client comes first, not concurrently with DNS: starting event loops needs descriptors, which DNS must not
        // use up meanwhile.
        let client = via == .dns ? nil : client()
        async let nameservers = via == .http ? nil : nameserverFacts()
        async let http = httpFacts(client)
        var facts = Facts(nameservers: try await nameservers)
        let (httpFacts, entries) = try await http
        facts.http = httpFacts
        if let request { facts.service = try await serviceFacts(request, entries: entries) }
        return facts
    }

    // MARK: DNS

    /// Queries each nameserver alone: a server that answers must not hide one that does not.
    private func nameserverFacts() async throws -> [NameserverFacts] {
        var facts: [NameserverFacts] = []
        for server in configuration.dns.nameservers {
            let resolver = try resolver(.dns) { $0.dns.nameservers = [server] }
            async let udp = probe(resolver, .udp)
            async let tcp = probe(resolver, .tcp)
            facts.append(NameserverFacts(server: server.description, udp: try await udp, tcp: try await tcp))
            await BoundedTask.wait { await resolver.shutdown() }
        }
        return facts
    }

    private func probe(
        _ resolver: ServiceResolver,
        _ transport: ServiceResolver.Configuration.DNS.Transport
    ) async throws -> NameserverFacts.Probe {
        do {
            let question = Question(name: configuration.dns.domain, type: .soa)
            let message = try await resolver.query(question, transport: transport).message()
            guard message.responseCode == .noError, message.flags.contains(.authoritative) else {
                return .declines("\(message.responseCode)")
            }
            return .speaks
        } catch let failure as ResolutionFailure {
            return .silent("\(failure)")
        } catch let error as WireError {
            return .silent("the answer cannot be read: \(error)")
        }
    }

    // MARK: HTTP

    private func client() -> Result<ConsulHTTPClient, ConsulHTTPError> {
        var configuration = configuration.http
        configuration.requestTimeout = self.configuration.timeout
        return Result { () throws(ConsulHTTPError) in try ConsulHTTPClient(configuration: configuration) }
    }

    private func httpFacts(
        _ made: Result<ConsulHTTPClient, ConsulHTTPError>?
    ) async throws -> (HTTPFacts?, [ServiceEntry]?) {
        let client: ConsulHTTPClient
        switch made {
        case nil: return (nil, nil)
        case .success(let made)?: client = made
        case .failure(let error)?: return (HTTPFacts(address: address, token: token, failure: error), nil)
        }
        async let leader = answer { try await client.leader() }
        async let agent = answer { try await client.agent() }
        async let datacenters = answer { try await client.datacenters() }
        async let services = answer { try await client.catalogServices(options: options) }
        async let entries = answer { try await self.entries(client) }
        async let locks = lockFacts()
        let facts = HTTPFacts(
            address: address,
            token: token,
            leader: try await leader,
            agent: try await agent,
            datacenters: try await datacenters,
            services: try await services,
            locks: try await locks
        )
        let known = try? await entries.get()
        await BoundedTask.wait { await client.shutdown() }
        return (facts, known ?? nil)
    }

    private var address: String { configuration.http.address.description }

    private var token: String? { configuration.http.token.isNone ? nil : tokenName }

    /// Any server may answer (`stale`): a missing leader is a finding of its own.
    private var options: ReadOptions {
        var options = ReadOptions()
        options.consistency = .stale
        options.datacenter = request?.locality.datacenter
        return options
    }

    /// Requests entries without the tag, to list the tags that exist when the requested one does not.
    private func entries(_ client: ConsulHTTPClient) async throws -> [ServiceEntry]? {
        guard let request else { return nil }
        var question = ServiceHealthRequest(request.name)
        question.options = options
        question.fields = .all
        return try await client.serviceHealth(question).value
    }

    // MARK: Locks

    /// The maximum size of the key/value store that is searched for locks: `doctor` must not burden a busy agent.
    private static let largestStore = 4 << 20

    private func lockFacts() async throws -> LockFacts? {
        var configuration = configuration.http
        configuration.requestTimeout = self.configuration.timeout
        configuration.maximumBodySize = Self.largestStore
        guard let client = try? ConsulHTTPClient(configuration: configuration) else { return nil }
        let facts = try await answer { try await lockFacts(client) }
        await BoundedTask.wait { await client.shutdown() }
        return try? facts.get()
    }

    private func lockFacts(_ client: ConsulHTTPClient) async throws -> LockFacts {
        let datacenter = request?.locality.datacenter
        let store = KeyValueStore(client, datacenter: datacenter)
        let before = try await store.entries(under: "").value.filter { $0.session != nil }
        let sessions = try await SessionStore(client, datacenter: datacenter).sessions().value
        let nodes = Set(try await client.nodes(options: options).value.map(\.name))
        let known = Set(sessions.map(\.id))
        var orphans: [String] = []
        for entry in before where !known.contains(entry.session ?? "") {
            // A session that ended since the first read has released the key.
            if try await store.entry(entry.key).value?.session == entry.session { orphans.append(entry.key) }
        }
        return LockFacts(
            orphanedKeys: orphans.sorted(),
            straySessions: sessions.filter { !nodes.contains($0.node) }.map(\.id)
        )
    }

    private func answer<Value: Sendable>(
        _ ask: @Sendable () async throws -> Value
    ) async throws -> HTTPFacts.Answer<Value> {
        do {
            return .success(try await ask())
        } catch let error as ConsulHTTPError {
            return .failure(error)
        }
    }

    // MARK: The service

    private func serviceFacts(_ request: ServiceRequest, entries: [ServiceEntry]?) async throws -> ServiceFacts {
        var facts = ServiceFacts(
            name: request.name,
            tag: request.tags.first,
            port: request.port,
            datacenter: request.locality.datacenter,
            entries: entries
        )
        if via != .http, request.canBeAskedOverDNS {
            let resolver = try resolver(.dns)
            facts.dns = try await answer(of: resolver, to: request)
            if facts.dns?.isFound == true, request.port == nil {
                facts.plain = try await plainAnswer(of: resolver, to: request)
            }
            await BoundedTask.wait { await resolver.shutdown() }
        }
        if via != .dns {
            facts.http = try await answerOverHTTP(to: request)
        }
        return facts
    }

    private func answerOverHTTP(to request: ServiceRequest) async throws -> ServiceFacts.Answer {
        do {
            let resolver = try resolver(.http)
            let answer = try await answer(of: resolver, to: request)
            await BoundedTask.wait { await resolver.shutdown() }
            return answer
        } catch let error as ConsulHTTPError {
            return .unknown(error.message)
        }
    }

    private func answer(of resolver: ServiceResolver, to request: ServiceRequest) async throws -> ServiceFacts.Answer {
        do {
            return ServiceFacts.Answer(try await resolver.resolve(request))
        } catch let error as ConsulNameError {
            return .unknown("\(error)")
        }
    }

    private func plainAnswer(
        of resolver: ServiceResolver,
        to request: ServiceRequest
    ) async throws -> ServiceFacts.PlainAnswer? {
        do {
            let name = try ConsulName.service(request.name, tag: request.tags.first, in: request.locality)
            let question = Question(name: name.domainName, type: .srv)
            let message = try await resolver.query(question, transport: .udp, payloadSize: .none).message()
            return ServiceFacts.PlainAnswer(
                records: message.answers.count { $0.type == .srv },
                isMarked: message.flags.contains(.truncated)
            )
        } catch is ResolutionFailure {
            return nil
        } catch is WireError {
            return nil
        }
    }

    // MARK: Resolvers

    /// Makes a resolver that uses one source only. A wrong configuration of the other source does not affect it.
    private func resolver(
        _ strategy: ServiceResolver.Configuration.Strategy,
        _ adjust: (inout ServiceResolver.Configuration) -> Void = { _ in }
    ) throws -> ServiceResolver {
        var configuration = configuration
        configuration.strategy = strategy
        if strategy == .dns { configuration.http = ConsulHTTPClient.Configuration() }
        adjust(&configuration)
        return try ServiceResolver(configuration: configuration)
    }
}

extension ServiceRequest {
    /// DNS has no name for a named port together with a tag or a datacenter.
    fileprivate var canBeAskedOverDNS: Bool { port == nil || tags.isEmpty && locality == .local }
}

extension HTTPFacts {
    /// Facts for an HTTP API where every request fails for the same reason.
    fileprivate init(address: String, token: String?, failure: ConsulHTTPError) {
        self.init(
            address: address,
            token: token,
            leader: .failure(failure),
            agent: .failure(failure),
            datacenters: .failure(failure),
            services: .failure(failure)
        )
    }
}

extension ServiceFacts.Answer {
    fileprivate init(_ resolution: Resolution) {
        switch resolution.outcome {
        case .endpoints(let endpoints):
            self = .found(
                endpoints.map(\.authority),
                isComplete: resolution.isComplete,
                source: resolution.source.description,
                unusable: resolution.unusableInstances
            )
        case .empty(let reason): self = .empty(reason: reason?.description)
        case .unknown(let failure):
            let denial = failure.attempts.first { $0.code == .accessDenied }
            self = denial.map { .denied($0.message) } ?? .unknown("\(failure)")
        }
    }
}
