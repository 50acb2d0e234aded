// SPDX-License-Identifier: Apache-2.0

public import LoadBalancing

extension Resolution {
    /// The three things that can be known about a service. Taking the third for the second is how a resolver turns an
    /// outage of Consul into an outage of everything.
    public enum Outcome: Sendable {
        /// There are endpoints; at least one.
        case endpoints([Endpoint])

        /// Consul says that there is nothing healthy to connect to, and why if that is known. Over DNS it never is:
        /// an unknown service, an unknown tag, an unknown datacenter, instances that are all critical and, with
        /// ``ServiceResolver/Configuration/Strategy/dns``, a missing permission give the same answer.
        case empty(EmptyReason?)

        /// Consul could not be asked, the token may not read the service, or what Consul said cannot be used. Nothing is
        /// known: keep what you have.
        case unknown(ResolutionFailure)
    }

    /// Why a service has no healthy instance. More reasons may be added.
    public struct EmptyReason: Hashable, Sendable, CustomStringConvertible {
        private enum Base: String {
            case noSuchService, noSuchTag, noSuchPort, noMatchingInstance, noHealthyInstance, noSuchDatacenter
        }

        private let base: Base

        /// The reason's name, as the command line prints it.
        public var description: String { base.rawValue }

        /// No service of that name is registered.
        public static let noSuchService = EmptyReason(base: .noSuchService)
        /// The service exists, but no instance has the tag.
        public static let noSuchTag = EmptyReason(base: .noSuchTag)
        /// The service exists, but no instance meets the request's filter.
        public static let noMatchingInstance = EmptyReason(base: .noMatchingInstance)
        /// There are instances, all of them critical.
        public static let noHealthyInstance = EmptyReason(base: .noHealthyInstance)
        /// There are healthy instances, none with a port of the name that was asked for.
        public static let noSuchPort = EmptyReason(base: .noSuchPort)
        /// Consul knows no such datacenter.
        public static let noSuchDatacenter = EmptyReason(base: .noSuchDatacenter)
    }
}
