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

    /// The kind of failure. More kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// No answer arrived in time.
        public static let timedOut = Code(description: "timedOut")
        /// The connection was refused or reset, or the host is unreachable.
        public static let connectionFailed = Code(description: "connectionFailed")
        /// SERVFAIL, or an HTTP status of 5xx: Consul has no leader, no servers, or cannot reach the datacenter.
        public static let serverFailure = Code(description: "serverFailure")
        /// REFUSED: the name is outside the agent's domain.
        public static let refused = Code(description: "refused")
        /// Another response code that says nothing about the service: FORMERR, NOTIMP.
        public static let unexpectedResponseCode = Code(description: "unexpectedResponseCode")
        /// Not a DNS message, or not an answer to the question; over HTTP, not the JSON that it should be.
        public static let malformedAnswer = Code(description: "malformedAnswer")
        /// An empty answer from a server that does not speak for Consul's domain.
        public static let notAuthoritative = Code(description: "notAuthoritative")
        /// Records of another name than the one in the query, without a CNAME record that leads to it.
        public static let unrelatedRecords = Code(description: "unrelatedRecords")
        /// Instances without usable addresses: invalid addresses, or names that could not be looked up.
        public static let unusableTargets = Code(description: "unusableTargets")
        /// Several instances with different ports that share one name (Consul 1.19.0).
        public static let ambiguousTargets = Code(description: "ambiguousTargets")
        /// A datagram that may have been trimmed until it was empty, and no TCP to repeat the query.
        public static let trimmedAnswer = Code(description: "trimmedAnswer")
        /// The request names a port, and this Consul does not know named ports, which came with 1.22, or does not say
        /// whether it does.
        public static let noNamedPorts = Code(description: "noNamedPorts")
        /// NXDOMAIN for a request that names a port: no such service, no healthy instance, an instance without such a
        /// port, or a Consul before 1.22. It says too little to count as empty.
        public static let ambiguousAnswer = Code(description: "ambiguousAnswer")
        /// The HTTP API does not know the token, or the token may not read the service. The service may or may not
        /// exist.
        public static let accessDenied = Code(description: "accessDenied")
        /// No token was available: its file is missing or empty, or the closure that provides it failed. No query was
        /// sent.
        public static let tokenUnavailable = Code(description: "tokenUnavailable")
        /// The HTTP API does not know or does not understand the request.
        public static let rejected = Code(description: "rejected")
        /// The client does not trust the agent's certificate, or the agent does not trust the client's.
        public static let untrusted = Code(description: "untrusted")
        /// The nameserver's own name could not be looked up.
        public static let nameserverNotFound = Code(description: "nameserverNotFound")
        /// The system has no memory, threads or file descriptors left.
        public static let outOfResources = Code(description: "outOfResources")
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
