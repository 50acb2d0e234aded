// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NIOConcurrencyHelpers
import NetworkAddress

/// Asks Consul over DNS: nameserver by nameserver, UDP and then TCP, until one answer says all there is to say.
struct DNSSource: Sendable {
    let client: DNSClient
    let configuration: ServiceResolver.Configuration.DNS
    let directory: NameserverDirectory
    private let memory = NIOLockedValueBox(TransportMemory())

    init(client: DNSClient, configuration: ServiceResolver.Configuration.DNS) {
        self.client = client
        self.configuration = configuration
        directory = NameserverDirectory(configuration.nameservers)
    }

    /// - Throws: `CancellationError`, and ``DNSClientError`` when the client has been shut down. Everything else that
    ///   goes wrong is an unknown outcome.
    func resolve(_ name: DomainName, deadline: Deadline) async throws -> Resolution {
        let (servers, lookupFailures) = try await directory.servers(deadline: deadline)
        var inquiry = Inquiry(name: name, attempts: lookupFailures)
        for (index, server) in servers.enumerated() {
            let budget = deadline.share(among: servers.count - index)
            if let resolution = try await ask(server, within: budget, &inquiry) { return resolution }
        }
        return inquiry.bestSoFar ?? .unknown(inquiry.attempts, source: inquiry.lastSource)
    }

    // MARK: One server

    private func ask(
        _ server: Nameserver,
        within budget: Deadline,
        _ inquiry: inout Inquiry
    ) async throws -> Resolution? {
        let transports = transports(for: inquiry.name)
        for (index, transport) in transports.enumerated() {
            let timeout = min(budget.share(among: transports.count - index).remaining, configuration.attemptTimeout)
            guard timeout > .zero else { break }
            let route = Route(server: server, transport: transport, payloadSize: payloadSize(transport, server))
            switch try await attempt(inquiry.name, route, timeout: timeout, deadline: budget) {
            case .resolved(let resolution) where resolution.isComplete || transport == .tcp:
                return resolution
            case .resolved(let resolution):
                inquiry.bestSoFar = resolution
            case .trimmedToNothing:
                inquiry.fail(route, .trimmedAnswer, "the datagram may have been trimmed to nothing")
            case .failed(let code, let message):
                inquiry.fail(route, code, message)
                // The server has spoken, and would say the same again.
                if code == .serverFailure || code == .refused || code == .notAuthoritative { return nil }
            }
        }
        // TCP does not work, or may not be used: what UDP showed is better than nothing, and marked.
        return inquiry.bestSoFar
    }

    private func transports(for name: DomainName) -> [DNSTransport] {
        switch configuration.transport {
        case .udp: [.udp]
        case .tcp: [.tcp]
        case .automatic: memory.withLockedValue { $0.isTooBigForUDP(name) } ? [.tcp] : [.udp, .tcp]
        }
    }

    /// What EDNS advertises. None over TCP, where the limit is the message itself.
    func payloadSize(_ transport: DNSTransport, _ server: Nameserver) -> UInt16? {
        guard transport == .udp else { return nil }
        let size = configuration.ednsPayloadSize ?? (server.address.isLoopback ? DNSQuery.maximumPayloadSize : 1232)
        return min(max(size, 1232), DNSQuery.maximumPayloadSize)
    }

    // MARK: One question

    struct Route {
        let server: Nameserver
        let transport: DNSTransport
        let payloadSize: UInt16?
    }

    private enum Reply {
        case resolved(Resolution)
        case trimmedToNothing
        case failed(ResolutionFailure.Code, String)
    }

    private func attempt(
        _ name: DomainName,
        _ route: Route,
        timeout: Duration,
        deadline: Deadline
    ) async throws -> Reply {
        let question = Question(name: name, type: .srv)
        let query = DNSQuery(question, ednsPayloadSize: route.payloadSize)
        let reply: DNSAnswer
        let answer: ServiceAnswer
        do {
            reply = try await client.query(query, server: route.server, transport: route.transport, timeout: timeout)
            answer = try ServiceAnswer(parsing: reply.bytes, answering: question, domain: configuration.domain)
        } catch let error as DNSClientError where error.code != .closed {
            return .failed(error.resolutionCode, error.reason)
        } catch let error as AnswerError {
            return .failed(.malformedAnswer, error.description)
        }
        let verdict = ServiceVerdict(
            answer,
            over: route.transport,
            advertised: route.payloadSize,
            domain: configuration.domain
        )
        switch verdict {
        case .instances(let instances, let completeness):
            remember(name, answer, over: route.transport, completeness)
            let sorted = try await complete(instances, at: route.server, deadline: deadline)
            guard !sorted.endpoints.isEmpty else {
                let code = sorted.loss ?? .unusableTargets
                return .failed(code, "\(instances.count) instances, none with an address that can be used")
            }
            let isComplete = completeness == .complete && sorted.loss == nil
            return .resolved(
                .found(.endpoints(sorted.endpoints), reply, isComplete: isComplete, timeToLive: answer.timeToLive)
            )
        case .empty(let timeToLive):
            return .resolved(.found(.empty(nil), reply, isComplete: true, timeToLive: timeToLive))
        case .trimmedToNothing:
            return .trimmedToNothing
        case .failure(let code, let message):
            return .failed(code, message)
        }
    }

    private func remember(
        _ name: DomainName,
        _ answer: ServiceAnswer,
        over transport: DNSTransport,
        _ completeness: AnswerCompleteness
    ) {
        guard configuration.transport == .automatic else { return }
        let isTooBig =
            switch transport {
            case .udp: completeness != .complete
            // It has shrunk when it would prove complete as the smallest datagram that is ever asked for.
            case .tcp: answer.wireSize + 600 >= 1232 && memory.withLockedValue { $0.isTooBigForUDP(name) }
            }
        memory.withLockedValue { $0.remember(name, isTooBigForUDP: isTooBig) }
    }

    // MARK: Names without addresses

    private func complete(
        _ instances: [ServiceInstance],
        at server: Nameserver,
        deadline: Deadline
    ) async throws -> InstanceSorter.Result {
        let sorter = InstanceSorter(instances)
        guard !sorter.namesToAsk.isEmpty else { return sorter.finish() }
        let lookup = AddressLookup(client: client, server: server, deadline: deadline)
        return sorter.finish(with: try await lookup.addresses(of: sorter.namesToAsk))
    }
}

extension DNSSource {
    /// What one resolution has come to so far.
    fileprivate struct Inquiry {
        let name: DomainName
        var attempts: [ResolutionFailure.Attempt]
        var bestSoFar: Resolution?
        var lastSource = Resolution.Source.dnsUDP

        init(name: DomainName, attempts: [ResolutionFailure.Attempt]) {
            self.name = name
            self.attempts = attempts
        }

        mutating func fail(_ route: Route, _ code: ResolutionFailure.Code, _ message: String) {
            lastSource = Resolution.Source(route.transport)
            attempts.append(
                ResolutionFailure.Attempt(
                    code: code,
                    message: "\(route.server) over \(route.transport.rawValue.uppercased()): \(message)",
                    server: route.server,
                    transport: route.transport
                )
            )
        }
    }
}

extension Resolution {
    fileprivate static func found(
        _ outcome: Outcome,
        _ reply: DNSAnswer,
        isComplete: Bool,
        timeToLive: Duration
    ) -> Resolution {
        Resolution(
            outcome: outcome,
            source: Source(reply.transport),
            isComplete: isComplete,
            isStale: false,
            timeToLive: timeToLive,
            age: .zero,
            elapsed: reply.elapsed,
            server: reply.server
        )
    }

    fileprivate static func unknown(_ attempts: [ResolutionFailure.Attempt], source: Source) -> Resolution {
        Resolution(
            outcome: .unknown(ResolutionFailure(attempts: attempts)),
            source: source,
            isComplete: false,
            isStale: false,
            timeToLive: .zero,
            age: .zero,
            elapsed: .zero,
            server: nil
        )
    }
}
