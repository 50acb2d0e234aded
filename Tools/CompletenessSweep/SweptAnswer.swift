// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulResolver
import DNSWire

/// One kind of lookup, which returns a number of instances.
package enum SweptAnswer: String, CaseIterable, Sendable {
    case withoutEDNS = "one datagram, no EDNS"
    case datagram1232 = "one datagram, EDNS 1232"
    case datagram4096 = "one datagram, EDNS 4096"
    case stream = "one answer over TCP"
    case lookup1232 = "lookup over DNS, EDNS 1232"
    case lookup4096 = "lookup over DNS, EDNS 4096"
    case automatic = "lookup over DNS and HTTP"

    /// The number of instances, and the claim that these are all.
    struct Count: Sendable {
        let instances: Int
        let isComplete: Bool
    }

    func ask(for service: String, with resolvers: SweepResolvers) async throws -> Count {
        switch self {
        case .withoutEDNS: try await one(service, resolvers, over: .udp, .none, advertised: nil)
        case .datagram1232: try await one(service, resolvers, over: .udp, .bytes(1232), advertised: 1232)
        case .datagram4096: try await one(service, resolvers, over: .udp, .bytes(4096), advertised: 4096)
        case .stream: try await one(service, resolvers, over: .tcp, .none, advertised: nil)
        case .lookup1232: Count(try await resolvers.small.resolve(ServiceRequest(service)))
        case .lookup4096: Count(try await resolvers.large.resolve(ServiceRequest(service)))
        case .automatic: Count(try await resolvers.automatic.resolve(ServiceRequest(service)))
        }
    }

    private func one(
        _ service: String,
        _ resolvers: SweepResolvers,
        over transport: ServiceResolver.Configuration.DNS.Transport,
        _ size: ResolverConfiguration.DNS.PayloadSize,
        advertised: UInt16?
    ) async throws -> Count {
        let question = Question(name: try DomainName("\(service).service.consul."), type: .srv)
        let answer = try await resolvers.small.query(question, transport: transport, payloadSize: size)
        let decoded = try ServiceAnswer(parsing: answer.bytes, answering: question, domain: .consul)
        let completeness = decoded.completeness(over: answer.transport, advertised: advertised)
        return Count(instances: decoded.instances.count, isComplete: completeness == .complete)
    }
}

extension SweptAnswer.Count {
    init(_ resolution: Resolution) {
        self.init(instances: resolution.endpoints.count, isComplete: resolution.isComplete)
    }
}
