// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import NetworkAddress

/// The reasons for an unknown outcome: the attempts, in order, and how each of them failed.
public struct ResolutionFailure: Error, LibraryError, Sendable {
    /// The attempts, in order.
    public var attempts: [Attempt]

    /// A failure after these attempts.
    public init(attempts: [Attempt]) {
        self.attempts = attempts
    }

    /// One attempt to get an answer.
    public struct Attempt: Hashable, Sendable {
        /// The kind of failure.
        public var code: Code

        /// The failure in words: the server, the transport, and the event.
        public var message: String

        /// The nameserver that was queried; `nil` when no nameserver could be, and over HTTP.
        public var server: Nameserver?

        /// The transport of the DNS query; `nil` when no query could be sent, and over HTTP.
        public var transport: DNSTransport?

        /// One attempt, as a source reports it. For tests of code that handles failures, too.
        public init(code: Code, message: String, server: Nameserver? = nil, transport: DNSTransport? = nil) {
            self.code = code
            self.message = message
            self.server = server
            self.transport = transport
        }
    }

    /// The kind of failure. There are more kinds than the public ones, for failures that only a person can act on.
    public struct Code: NamedValue {
        package let name: String

        /// No answer arrived in time.
        public static let timedOut = Code(name: "timedOut")
        /// The connection was refused or reset, or the host is unreachable.
        public static let connectionFailed = Code(name: "connectionFailed")
        /// SERVFAIL, or an HTTP status of 5xx: Consul has no leader, no servers, or cannot reach the datacenter.
        public static let serverFailure = Code(name: "serverFailure")
        /// REFUSED: the name is outside the agent's domain.
        public static let refused = Code(name: "refused")
        /// Another response code that says nothing about the service: FORMERR, NOTIMP.
        package static let unexpectedResponseCode = Code(name: "unexpectedResponseCode")
        /// Not a DNS message, or not an answer to the question; over HTTP, not the JSON that it should be.
        public static let malformedAnswer = Code(name: "malformedAnswer")
        /// An empty answer from a server that does not speak for Consul's domain.
        package static let notAuthoritative = Code(name: "notAuthoritative")
        /// Records of another name than the one in the query, without a CNAME record that leads to it.
        package static let unrelatedRecords = Code(name: "unrelatedRecords")
        /// Instances without usable addresses: invalid addresses, or names that could not be looked up.
        package static let unusableTargets = Code(name: "unusableTargets")
        /// Several instances with different ports that share one name (Consul 1.19.0).
        package static let ambiguousTargets = Code(name: "ambiguousTargets")
        /// A datagram that may have been trimmed until it was empty, and no TCP to repeat the query.
        package static let trimmedAnswer = Code(name: "trimmedAnswer")
        /// The request names a port, and this Consul does not know named ports, which came with 1.22, or does not say
        /// whether it does.
        public static let noNamedPorts = Code(name: "noNamedPorts")
        /// NXDOMAIN for a request that names a port: no such service, no healthy instance, an instance without such a
        /// port, or a Consul before 1.22. It says too little to count as empty.
        package static let ambiguousAnswer = Code(name: "ambiguousAnswer")
        /// The HTTP API does not know the token, or the token may not read the service. The service may or may not
        /// exist.
        public static let accessDenied = Code(name: "accessDenied")
        /// No token was available: its file is missing or empty, or the closure that provides it failed. No query was
        /// sent.
        public static let tokenUnavailable = Code(name: "tokenUnavailable")
        /// The HTTP API does not know or does not understand the request.
        package static let rejected = Code(name: "rejected")
        /// The client does not trust the agent's certificate, or the agent does not trust the client's.
        public static let untrusted = Code(name: "untrusted")
        /// The nameserver's own name could not be looked up.
        public static let nameserverNotFound = Code(name: "nameserverNotFound")
        /// The system has no memory, threads or file descriptors left.
        public static let outOfResources = Code(name: "outOfResources")
    }
}

extension ResolutionFailure {
    /// True if more time might have brought an answer.
    package var isSilence: Bool { attempts.contains { $0.code == .timedOut } }

    /// True if Consul denied an answer.
    package var isDenial: Bool { attempts.contains { $0.code == .accessDenied } }
}

extension ResolutionFailure: CustomStringConvertible {
    /// The messages of the attempts, in order.
    public var description: String {
        attempts.isEmpty ? "no nameserver is configured" : attempts.map(\.message).joined(separator: "; ")
    }
}
