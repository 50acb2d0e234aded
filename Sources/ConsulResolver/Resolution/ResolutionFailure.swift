// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS

/// Why nothing is known about a service: what was tried, in order, and what came of each.
public struct ResolutionFailure: Error, Sendable {
    /// Every way that was tried.
    public var attempts: [Attempt]

    /// One thing that was tried.
    public struct Attempt: Hashable, Sendable {
        /// What went wrong.
        public var code: Code

        /// The same for people: who was asked, over what, and what happened.
        public var message: String

        /// Who was asked; `nil` when nobody could be.
        public var server: Nameserver?

        /// Over what; `nil` when nobody could be asked.
        public var transport: DNSTransport?
    }

    /// What went wrong. More kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// No answer in time.
        public static let timedOut = Code(description: "timedOut")
        /// Refused, reset or unreachable.
        public static let connectionFailed = Code(description: "connectionFailed")
        /// SERVFAIL: Consul has no leader, no servers, or cannot reach the datacenter.
        public static let serverFailure = Code(description: "serverFailure")
        /// REFUSED: the name is outside the agent's domain.
        public static let refused = Code(description: "refused")
        /// Another response code that says nothing about the service: FORMERR, NOTIMP.
        public static let unexpectedResponseCode = Code(description: "unexpectedResponseCode")
        /// Not a DNS message, or not an answer to the question.
        public static let malformedAnswer = Code(description: "malformedAnswer")
        /// An empty answer from a server that does not speak for Consul's domain.
        public static let notAuthoritative = Code(description: "notAuthoritative")
        /// Instances without usable addresses: invalid ones, or names that could not be looked up.
        public static let unusableTargets = Code(description: "unusableTargets")
        /// Several instances with one name for all of them and different ports (Consul 1.19.0).
        public static let ambiguousTargets = Code(description: "ambiguousTargets")
        /// A datagram that may have been trimmed to nothing, and no TCP to ask again.
        public static let trimmedAnswer = Code(description: "trimmedAnswer")
        /// The nameserver's own name could not be looked up.
        public static let nameserverNotFound = Code(description: "nameserverNotFound")
        /// The system has no memory, threads or descriptors left.
        public static let outOfResources = Code(description: "outOfResources")
    }
}

extension ResolutionFailure: CustomStringConvertible {
    /// What happened at each attempt, in order.
    public var description: String {
        attempts.isEmpty ? "no nameserver is configured" : attempts.map(\.message).joined(separator: "; ")
    }
}
