// SPDX-License-Identifier: Apache-2.0

public import LoadBalancing
public import NetworkAddress

extension Resolution {
    /// The three possible results for a service. A resolver that takes the third for the second turns an outage of
    /// Consul into an outage of every service.
    public enum Outcome: Sendable {
        /// There are endpoints; at least one.
        case endpoints([Endpoint])

        /// Consul says that there is no healthy instance, with the reason if it is known. Over DNS it never is: an
        /// unknown service, an unknown tag, an unknown datacenter, instances that are all critical and, with
        /// ``ResolverConfiguration/Strategy/dns``, a missing permission have the same answer.
        case empty(EmptyReason?)

        /// Consul could not be queried, the token may not read the service, or Consul's answer cannot be used. The
        /// state of the service is unknown: keep the endpoints that you have.
        case unknown(ResolutionFailure)
    }

    /// The reason for a service without healthy instances. Its description is the name that the
    /// command line prints. More reasons may be added.
    public struct EmptyReason: NamedValue {
        private enum Base: String {
            case noSuchService, noSuchTag, noSuchPort, noMatchingInstance, noHealthyInstance, noSuchDatacenter
        }

        private let base: Base
        package var name: String { base.rawValue }

        /// No service of that name is registered.
        public static let noSuchService = EmptyReason(base: .noSuchService)
        /// The service exists, but no instance has the tag.
        public static let noSuchTag = EmptyReason(base: .noSuchTag)
        /// The service exists, but no instance meets the request's filter.
        public static let noMatchingInstance = EmptyReason(base: .noMatchingInstance)
        /// All instances are critical.
        public static let noHealthyInstance = EmptyReason(base: .noHealthyInstance)
        /// There are healthy instances, but none has a port of the requested name.
        public static let noSuchPort = EmptyReason(base: .noSuchPort)
        /// Consul does not know the datacenter.
        public static let noSuchDatacenter = EmptyReason(base: .noSuchDatacenter)
    }
}
