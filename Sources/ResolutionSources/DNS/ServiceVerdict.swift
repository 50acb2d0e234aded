// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import ResolutionModel

/// The meaning of one DNS answer for the queried service.
enum ServiceVerdict {
    /// The answer has instances; the completeness tells if any may be missing.
    case instances([ServiceInstance], AnswerCompleteness, timeToLive: Duration)
    /// Consul says that the service has no instances.
    case empty(timeToLive: Duration)
    /// The answer is empty, but Consul may have trimmed all its records.
    case trimmedToNothing
    /// The answer says nothing about the service.
    case failure(ResolutionFailure.Code, String)

    init(_ answer: ServiceAnswer, over transport: DNSTransport, advertised: UInt16?, domain: DomainName) {
        switch answer.responseCode {
        // A single record with the root as its target says that the whole service is unavailable (RFC 2782).
        case .noError where answer.instances.map(\.target) == [.unavailable] && !answer.flags.contains(.truncated):
            self = .empty(timeToLive: answer.timeToLive)
        case .noError where !answer.instances.isEmpty:
            let completeness = answer.completeness(over: transport, advertised: advertised)
            self = .instances(answer.instances, completeness, timeToLive: answer.timeToLive)
        case .noError where answer.hasUnrelatedRecords:
            self = .failure(
                .unrelatedRecords,
                "the answer has records, but none for the queried name"
            )
        case .nameError where !answer.instances.isEmpty:
            // A query for a named port (Consul 1.22): Consul stopped at an instance without the port. The instances in
            // the answer have the port.
            self = .instances(answer.instances, .unproven, timeToLive: answer.timeToLive)
        case .noError, .nameError:
            if answer.completeness(over: transport, advertised: advertised) != .complete {
                self = .trimmedToNothing
            } else if answer.speaksFor(domain) {
                self = .empty(timeToLive: answer.authority?.timeToLive ?? .zero)
            } else {
                let message = "\(answer.responseCode) from a server that is not authoritative for \(domain)"
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
    /// Returns true if an empty answer comes from Consul's domain.
    ///
    /// A public resolver has no `consul.` and answers NXDOMAIN with the SOA of a parent zone: the root, or `com.` for a
    /// domain below it. That says nothing about the service. A forwarder that queried Consul need not set AA, but
    /// passes on Consul's SOA, or that of a zone below it. Consul itself sets AA, and version 1.8 returns the SOA of
    /// its primary domain when it is queried for its second (`alt_domain`).
    fileprivate func speaksFor(_ domain: DomainName) -> Bool {
        let isAuthoritative = flags.contains(.authoritative)
        guard let zone = authority?.zone else { return isAuthoritative }
        if zone.isSubdomain(of: domain) { return true }
        return isAuthoritative && !domain.isSubdomain(of: zone)
    }
}
