// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// A failure of a query to get an answer. It tells nothing about the name.
public struct DNSClientError: Error, LibraryError, Hashable, Sendable {
    /// The kind of failure. More kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Base: String {
            case timedOut, connectionFailed, malformedAnswer, rejected, closed, outOfResources, suspectedForgery
            case invalidServer
        }

        private let base: Base

        /// No answer before the deadline.
        public static let timedOut = Code(base: .timedOut)
        /// The server refused, reset or closed the connection, or cannot be reached.
        public static let connectionFailed = Code(base: .connectionFailed)
        /// The response is not a DNS message.
        public static let malformedAnswer = Code(base: .malformedAnswer)
        /// The query could not be sent as it is.
        public static let rejected = Code(base: .rejected)
        /// The client has been shut down.
        public static let closed = Code(base: .closed)
        /// The system has no memory, threads or descriptors left.
        public static let outOfResources = Code(base: .outOfResources)

        /// Wrong answers kept arriving for the query, over UDP and from the server's address, until it was given up: an
        /// attacker may be trying to forge an answer. Query over TCP, where forging takes more than guessing numbers.
        public static let suspectedForgery = Code(base: .suspectedForgery)
        /// The server's port is 0, which is not a valid port. No query was sent.
        public static let invalidServer = Code(base: .invalidServer)

        /// The code's name.
        public var description: String { base.rawValue }
    }

    /// The kind of failure.
    public let code: Code

    /// The server that was queried; `nil` if there was none.
    public let server: Nameserver?

    /// The transport of the query; `nil` if there was none.
    public let transport: DNSTransport?

    /// The `errno` of a failed connection; `nil` if the system reported none.
    public let systemError: Int32?

    init(_ code: Code, server: Nameserver? = nil, transport: DNSTransport? = nil, systemError: Int32? = nil) {
        self.code = code
        self.server = server
        self.transport = transport
        self.systemError = systemError
    }
}
