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
    /// Names with answers too big for a datagram: asking for one would be a round trip wasted.
    private let tooBigForUDP = NIOLockedValueBox(BoundedMemory<DomainName>())

    init(
        client: DNSClient,
        configuration: ServiceResolver.Configuration.DNS,
        hosts: HostBook = HostBook(lookUp: SystemHostLookup.addresses)
    ) {
        self.client = client
        self.configuration = configuration
        directory = NameserverDirectory(configuration.nameservers, hosts: hosts)
    }

    /// - Throws: `CancellationError`, and `DNSClientError` when the client has been shut down. Everything else that
    ///   goes wrong is an unknown outcome.
    func resolve(_ name: DomainName, deadline: Deadline) async throws -> Resolution {
        var inquiry = Inquiry(name: name)
        var tour = directory.tour(until: deadline)
        while let (server, budget) = try await tour.next(noting: &inquiry.attempts) {
            if let resolution = try await ask(server, within: budget, &inquiry) { return resolution }
        }
        if let part = inquiry.part, let resolution = try await resolution(of: part, until: deadline, &inquiry) {
            return resolution
        }
        return inquiry.failure
    }

    // MARK: One server

    /// - Returns: What is to be the outcome; `nil` to ask the next server.
    private func ask(
        _ server: Nameserver,
        within budget: Deadline,
        _ inquiry: inout Inquiry
    ) async throws -> Resolution? {
        let transports = transports(for: inquiry.name)
        for (index, transport) in transports.enumerated() {
            let route = Route(server: server, transport: transport, payloadSize: payloadSize(transport, server))
            let timeout = min(budget.share(among: transports.count - index).remaining, configuration.attemptTimeout)
            guard let (reply, verdict) = try await ask(route, timeout: timeout, &inquiry) else { continue }
            switch verdict {
            case .instances(let instances, .unproven, let timeToLive) where configuration.transport == .automatic:
                let part = Finding(reply: reply, instances: instances, isWhole: false, timeToLive: timeToLive)
                inquiry.part = inquiry.part ?? part
            case .instances(let instances, let completeness, let timeToLive):
                let isWhole = completeness == .complete
                let all = Finding(reply: reply, instances: instances, isWhole: isWhole, timeToLive: timeToLive)
                return try await resolution(of: all, until: budget, &inquiry)
            case .empty(let timeToLive):
                // Another server has shown instances. Whichever is right, they are the safer thing to believe.
                if let part = inquiry.part, part.reply.server != server { return nil }
                return Resolution(.empty(nil), from: reply, isComplete: true, timeToLive: timeToLive)
            case .trimmedToNothing:
                inquiry.fail(route, .trimmedAnswer, "an empty answer that may have been trimmed")
            case .failure(let code, let message):
                inquiry.fail(route, code, message)
                // The server has spoken, and would say the same again; unless it was EDNS that it did not understand.
                guard code == .unexpectedResponseCode else { return nil }
            }
        }
        return nil
    }

    /// Asks one question and makes sense of the answer.
    ///
    /// - Returns: `nil`, with a note in the inquiry, when there is none.
    private func ask(
        _ route: Route,
        timeout: Duration,
        _ inquiry: inout Inquiry
    ) async throws -> (reply: DNSAnswer, verdict: ServiceVerdict)? {
        let question = Question(name: inquiry.name, type: .srv)
        do {
            let reply = try await client.query(
                DNSQuery(question, ednsPayloadSize: route.payloadSize),
                server: route.server,
                transport: route.transport,
                timeout: timeout
            )
            let answer = try ServiceAnswer(parsing: reply.bytes, answering: question, domain: configuration.domain)
            let verdict = ServiceVerdict(
                answer,
                over: route.transport,
                advertised: route.payloadSize,
                domain: configuration.domain
            )
            remember(inquiry.name, verdict, size: answer.wireSize, route)
            return (reply, verdict)
        } catch let error as DNSClientError where error.code != .closed {
            inquiry.attempts.append(ResolutionFailure.Attempt(error))
        } catch let error as AnswerError {
            inquiry.fail(route, .malformedAnswer, error.description)
        }
        return nil
    }

    // MARK: Transports

    private func transports(for name: DomainName) -> [DNSTransport] {
        switch configuration.transport {
        case .udp: [.udp]
        case .tcp: [.tcp]
        case .automatic: tooBigForUDP.withLockedValue { $0.contains(name) } ? [.tcp, .udp] : [.udp, .tcp]
        }
    }

    /// What EDNS advertises. None over TCP, where the limit is the message itself.
    func payloadSize(_ transport: DNSTransport, _ server: Nameserver) -> UInt16? {
        guard transport == .udp else { return nil }
        let size = configuration.ednsPayloadSize ?? (server.address.isLoopback ? DNSQuery.maximumPayloadSize : 1232)
        return min(max(size, 1232), DNSQuery.maximumPayloadSize)
    }

    private func remember(_ name: DomainName, _ verdict: ServiceVerdict, size: Int, _ route: Route) {
        guard configuration.transport == .automatic else { return }
        switch (verdict, route.transport) {
        case (.instances(_, .unproven, _), .udp):
            tooBigForUDP.withLockedValue { $0.insert(name) }
        case (.instances, .tcp):
            // It has shrunk when it would have proved complete as a datagram.
            guard let advertised = payloadSize(.udp, route.server),
                AnswerCompleteness.wouldProveComplete(size, advertised: advertised)
            else { return }
            tooBigForUDP.withLockedValue { $0.remove(name) }
        case (.empty, .tcp):
            tooBigForUDP.withLockedValue { $0.remove(name) }
        default:
            break
        }
    }

    // MARK: Endpoints

    /// Makes endpoints of what was found, asking for addresses where they are missing.
    ///
    /// - Returns: `nil`, with a note in the inquiry, when none can be used.
    private func resolution(
        of finding: Finding,
        until deadline: Deadline,
        _ inquiry: inout Inquiry
    ) async throws -> Resolution? {
        let sorter = InstanceSorter(finding.instances)
        var addresses: [DomainName: [IPAddress]] = [:]
        if !sorter.namesToAsk.isEmpty {
            let lookup = AddressLookup(client: client, server: finding.reply.server, deadline: deadline)
            addresses = try await lookup.addresses(of: sorter.namesToAsk)
        }
        let sorted = sorter.finish(with: addresses)
        guard !sorted.endpoints.isEmpty else {
            let route = Route(server: finding.reply.server, transport: finding.reply.transport)
            let message = "\(finding.instances.count) instances, none with an address that can be used"
            inquiry.fail(route, sorted.loss ?? .unusableTargets, message)
            return nil
        }
        return Resolution(
            .endpoints(sorted.endpoints),
            from: finding.reply,
            isComplete: finding.isWhole && sorted.loss == nil,
            timeToLive: finding.timeToLive
        )
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
