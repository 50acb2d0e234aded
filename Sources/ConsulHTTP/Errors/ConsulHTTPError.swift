// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason that Consul's HTTP API returned no usable answer.
///
/// No part of an error contains a token or a password.
public struct ConsulHTTPError: Error, MessageError, Sendable {
    /// Kinds of errors. More may be added.
    public struct Code: NamedValue {
        package let name: String

        init(_ name: String) { self.name = name }

        /// No connection could be made, or the connection broke before the answer was complete.
        public static let transport = Code("transport")
        /// The TLS handshake failed: an unknown authority, an expired certificate, a name that does not match, or a
        /// missing client certificate.
        public static let tls = Code("tls")
        /// No answer arrived in time.
        public static let timedOut = Code("timedOut")
        /// The token is unknown or lacks the permission.
        public static let denied = Code("denied")
        /// The requested object does not exist. Some endpoints answer a missing permission in the same way.
        public static let notFound = Code("notFound")
        /// This version of Consul rejects the request as invalid.
        public static let badRequest = Code("badRequest")
        /// The cluster has no leader, or the agent knows no servers.
        public static let noLeader = Code("noLeader")
        /// The requested datacenter cannot be reached; usually because it does not exist.
        public static let noSuchDatacenter = Code("noSuchDatacenter")
        /// The agent has too many connections from this address, or too many requests.
        public static let tooManyConnections = Code("tooManyConnections")
        /// Another failure of Consul.
        public static let serverError = Code("serverError")
        /// A status that this endpoint does not use, such as a redirect, which the client never follows.
        public static let unexpectedStatus = Code("unexpectedStatus")
        /// The body is not in the expected format: invalid JSON, another structure, or truncated.
        public static let undecodable = Code("undecodable")
        /// The body exceeds the configured maximum size.
        public static let tooLarge = Code("tooLarge")
        /// The token is not available: its file is missing or unreadable, or the closure that provides it failed.
        public static let tokenUnavailable = Code("tokenUnavailable")
        /// The system has no descriptors left.
        public static let outOfResources = Code("outOfResources")
        /// The client has been shut down.
        public static let closed = Code("closed")
    }

    /// The kind of error.
    public var code: Code

    /// A description for the user: the request, and what happened.
    public var message: String

    /// The HTTP status, if there was one.
    public var status: Int?

    /// True if the same read may succeed later. The status alone does not decide this: Consul answers 500 to a filter
    /// that it cannot parse. A change that failed may be sent again only if this is true: only then it is certain that
    /// the change was not applied.
    public var isRetryable: Bool

    /// The time that the server asks the client to wait (`Retry-After`); `nil` if it did not ask.
    public var retryAfter: Duration?

    /// The underlying error, if it is known.
    public var underlying: (any Error)?

    /// True if the connection was lost before any answer, for another reason than a timeout.
    var isLostConnection = false

    /// Creates an error.
    package init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        isRetryable: Bool = false,
        retryAfter: Duration? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
        self.underlying = underlying
    }

    /// True if Consul has answered, other than that it has too many connections.
    var isConsulsWord: Bool { status != nil && code != .tooManyConnections }

    static let clientClosed = ConsulHTTPError(.closed, "the client has been shut down")
}
