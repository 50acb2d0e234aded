// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// What one DNS answer means for the service that was asked for.
enum ServiceVerdict {
    /// There are instances; whether they are all is said beside.
    case instances([ServiceInstance], AnswerCompleteness, timeToLive: Duration)
    /// Consul says that there are none.
    case empty(timeToLive: Duration)
    /// The answer may have been trimmed to nothing.
    case trimmedToNothing
    /// The server did not say anything about the service.
    case failure(ResolutionFailure.Code, String)

    init(_ answer: ServiceAnswer, over transport: DNSTransport, advertised: UInt16?, domain: DomainName) {
        switch answer.responseCode {
        // A single record that leads to the root says so of the whole service (RFC 2782).
        case .noError where answer.instances.map(\.target) == [.unavailable] && !answer.flags.contains(.truncated):
            self = .empty(timeToLive: answer.timeToLive)
        case .noError where !answer.instances.isEmpty:
            let completeness = answer.completeness(over: transport, advertised: advertised)
            self = .instances(answer.instances, completeness, timeToLive: answer.timeToLive)
        case .noError where answer.hasUnrelatedRecords:
            self = .failure(
                .unrelatedRecords,
                "an answer with records, but none that belong to the name that was asked"
            )
        case .nameError where !answer.instances.isEmpty:
            // About a named port (Consul 1.22): one of the instances lacks it, and Consul stopped there. These have it.
            self = .instances(answer.instances, .unproven, timeToLive: answer.timeToLive)
        case .noError, .nameError:
            if answer.completeness(over: transport, advertised: advertised) != .complete {
                self = .trimmedToNothing
            } else if answer.speaksFor(domain) {
                self = .empty(timeToLive: answer.authority?.timeToLive ?? .zero)
            } else {
                let message = "\(answer.responseCode) from a server that does not speak for \(domain)"
                self = .failure(.notAuthoritative, message)
            }
        case .serverFailure:
            self = .failure(.serverFailure, "SERVFAIL: no leader, no servers, or the datacenter cannot be reached")
        case .refused:
            self = .failure(.refused, "REFUSED: the agent does not serve \(domain)")
        default:
            self = .failure(.unexpectedResponseCode, "\(answer.responseCode)")
        }
    }
}

extension ServiceAnswer {
    /// Whether an empty answer speaks for Consul's domain.
    ///
    /// A resolver of the internet knows no `consul.`, and answers NXDOMAIN with the SOA of a parent zone: the root, or
    /// `com.` for a domain below it. That says nothing about the service. A forwarder that asked Consul need not set AA,
    /// but passes on Consul's SOA, or that of a zone below it. Consul itself sets AA, and version 1.8 names its first
    /// domain when it was asked for its second (`alt_domain`).
    fileprivate func speaksFor(_ domain: DomainName) -> Bool {
        let isAuthoritative = flags.contains(.authoritative)
        guard let zone = authority?.zone else { return isAuthoritative }
        if zone.isSubdomain(of: domain) { return true }
        return isAuthoritative && !domain.isSubdomain(of: zone)
    }
}
