// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import NetworkAddress

/// Why nothing is known about a service: what was tried, in order, and what came of each.
public struct ResolutionFailure: Error, LibraryError, Sendable {
    /// Every way that was tried.
    public var attempts: [Attempt]

    /// One thing that was tried.
    public struct Attempt: Hashable, Sendable {
        /// What went wrong.
        public var code: Code

        /// The same for people: who was asked, over what, and what happened.
        public var message: String

        /// Which nameserver was asked; `nil` when none could be, and over HTTP.
        public var server: Nameserver?

        /// Over what DNS was asked; `nil` when nobody could be asked, and over HTTP.
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
        /// SERVFAIL, or a status of 5xx: Consul has no leader, no servers, or cannot reach the datacenter.
        public static let serverFailure = Code(description: "serverFailure")
        /// REFUSED: the name is outside the agent's domain.
        public static let refused = Code(description: "refused")
        /// Another response code that says nothing about the service: FORMERR, NOTIMP.
        public static let unexpectedResponseCode = Code(description: "unexpectedResponseCode")
        /// Not a DNS message, or not an answer to the question; over HTTP, not the JSON that it should be.
        public static let malformedAnswer = Code(description: "malformedAnswer")
        /// An empty answer from a server that does not speak for Consul's domain.
        public static let notAuthoritative = Code(description: "notAuthoritative")
        /// Records of another name than the one that was asked, and no CNAME record that leads to it.
        public static let unrelatedRecords = Code(description: "unrelatedRecords")
        /// Instances without usable addresses: invalid ones, or names that could not be looked up.
        public static let unusableTargets = Code(description: "unusableTargets")
        /// Several instances with one name for all of them and different ports (Consul 1.19.0).
        public static let ambiguousTargets = Code(description: "ambiguousTargets")
        /// A datagram that may have been trimmed to nothing, and no TCP to ask again.
        public static let trimmedAnswer = Code(description: "trimmedAnswer")
        /// A port was asked for by its name, and this Consul knows no named ports, which came with 1.22; or it does not tell
        /// whether it does.
        public static let noNamedPorts = Code(description: "noNamedPorts")
        /// NXDOMAIN about a port that was asked for by its name: no such service, nothing healthy, an instance without such a
        /// port, or a Consul before 1.22. It says too little to count as empty.
        public static let ambiguousAnswer = Code(description: "ambiguousAnswer")
        /// The HTTP API does not know the token, or the token may not read the service. Whether there is such a service
        /// remains unknown.
        public static let accessDenied = Code(description: "accessDenied")
        /// There was no token to be had: its file is gone or empty, or the closure that gives it failed. Nothing was sent.
        public static let tokenUnavailable = Code(description: "tokenUnavailable")
        /// The HTTP API was asked for something that it does not know or does not understand.
        public static let rejected = Code(description: "rejected")
        /// The agent's certificate is not to be trusted, or it does not trust ours.
        public static let untrusted = Code(description: "untrusted")
        /// The nameserver's own name could not be looked up.
        public static let nameserverNotFound = Code(description: "nameserverNotFound")
        /// The system has no memory, threads or descriptors left.
        public static let outOfResources = Code(description: "outOfResources")
    }
}

extension ResolutionFailure {
    /// Whether more time might have brought an answer.
    var isSilence: Bool { attempts.contains { $0.code == .timedOut } }

    /// Whether Consul denied an answer.
    var isDenial: Bool { attempts.contains { $0.code == .accessDenied } }
}

extension ResolutionFailure: CustomStringConvertible {
    /// What happened at each attempt, in order.
    public var description: String {
        attempts.isEmpty ? "nobody is configured to be asked" : attempts.map(\.message).joined(separator: "; ")
    }
}
