// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// What one resolution over DNS has come to so far.
struct Inquiry {
    let name: DomainName

    /// What was tried in vain, in order.
    var attempts: [ResolutionFailure.Attempt] = []

    /// The first datagram that showed instances without proving that they are all: better than nothing, if nothing better
    /// comes.
    var part: Finding?

    init(name: DomainName) {
        self.name = name
    }

    mutating func fail(_ route: Route, _ code: ResolutionFailure.Code, _ message: String) {
        attempts.append(
            ResolutionFailure.Attempt(
                code: code,
                message: "\(route.server) over \(route.transport.rawValue.uppercased()): \(message)",
                server: route.server,
                transport: route.transport
            )
        )
    }

    /// The outcome if this is all.
    var failure: Resolution {
        .unknown(ResolutionFailure(attempts: attempts), source: Resolution.Source(attempts.last?.transport ?? .udp))
    }
}

/// Whom a question goes to, and how.
struct Route {
    let server: Nameserver
    let transport: DNSTransport
    /// What EDNS advertises.
    var payloadSize: UInt16?
}

/// Instances that a server has named.
struct Finding: Sendable {
    let reply: DNSAnswer
    let instances: [ServiceInstance]
    /// How far the answer proves that no instance is missing.
    var completeness: AnswerCompleteness
    let timeToLive: Duration

    /// The same with a proof from elsewhere.
    var proven: Finding {
        var finding = self
        finding.completeness = .complete
        return finding
    }
}
