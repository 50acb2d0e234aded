// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A failure of a query to get an answer. It tells nothing about the name.
public struct DNSClientError: Error, LibraryError, Hashable, Sendable {
    /// The kind of failure. More kinds may be added.
    public struct Code: NamedValue {
        package let name: String

        /// No answer before the deadline.
        public static let timedOut = Code(name: "timedOut")
        /// The server refused, reset or closed the connection, or cannot be reached.
        public static let connectionFailed = Code(name: "connectionFailed")
        /// The response is not a DNS message.
        public static let malformedAnswer = Code(name: "malformedAnswer")
        /// The query could not be sent as it is.
        public static let rejected = Code(name: "rejected")
        /// The client has been shut down.
        public static let closed = Code(name: "closed")
        /// The system has no memory, threads or descriptors left.
        public static let outOfResources = Code(name: "outOfResources")

        /// Wrong answers kept arriving for the query, over UDP and from the server's address, until it was given up: an
        /// attacker may be trying to forge an answer. Query over TCP, where forging takes more than guessing numbers.
        public static let suspectedForgery = Code(name: "suspectedForgery")
        /// The server's port is 0, which is not a valid port. No query was sent.
        public static let invalidServer = Code(name: "invalidServer")
        /// The package was built without its trait `DNS`, and has no DNS client.
        public static let notBuilt = Code(name: "notBuilt")
    }

    /// The kind of failure.
    public let code: Code

    /// The server that was queried; `nil` if there was none.
    public let server: Nameserver?

    /// The transport of the query; `nil` if there was none.
    public let transport: DNSTransport?

    /// The `errno` of a failed connection; `nil` if the system reported none.
    package let systemError: Int32?

    init(_ code: Code, server: Nameserver? = nil, transport: DNSTransport? = nil, systemError: Int32? = nil) {
        self.code = code
        self.server = server
        self.transport = transport
        self.systemError = systemError
    }
}

extension DNSClientError: CustomStringConvertible {
    /// One sentence for users: the server, and what happened.
    public var description: String {
        guard let server, let transport else { return reason }
        return "\(server) over \(transport.rawValue.uppercased()): \(reason)"
    }

    /// The failure, without the server.
    package var reason: String {
        switch code {
        case .timedOut: "no answer before the deadline"
        case .connectionFailed: systemError.map(DNSClientError.text(ofSystemError:)) ?? "the connection was closed"
        case .malformedAnswer: "the answer was not a DNS message"
        case .rejected: "the query could not be sent"
        case .suspectedForgery: "too many wrong answers, as in an attempt to forge one; query over TCP"
        case .invalidServer: "0 is not a port of a server; write a port from 1 to 65535"
        case .closed: "the client has been shut down"
        case .notBuilt: "this build has no DNS client; build the package with its trait DNS"
        default: "no memory, threads or descriptors left"
        }
    }

    private static func text(ofSystemError number: Int32) -> String {
        // strerror's text for a known number is a constant; the thread-safe variants differ between C libraries.
        String(cString: strerror(number)).lowercased()
    }
}
