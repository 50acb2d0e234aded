// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// Why Consul's HTTP API gave no answer that can be used.
///
/// No part of it ever holds a token or a password.
public struct ConsulHTTPError: Error, LibraryError, Sendable {
    /// What went wrong. More kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        init(_ description: String) { self.description = description }

        /// Nobody could be reached, or the connection broke before the answer was whole.
        public static let transport = Code("transport")
        /// The TLS handshake failed: an unknown authority, an expired certificate, a name that does not match, or a
        /// client certificate that is missing.
        public static let tls = Code("tls")
        /// No answer in time.
        public static let timedOut = Code("timedOut")
        /// The token is unknown, or may not do this.
        public static let denied = Code("denied")
        /// There is no such thing. Where Consul hides what may not be read, a denial looks the same.
        public static let notFound = Code("notFound")
        /// The request makes no sense to this version of Consul.
        public static let badRequest = Code("badRequest")
        /// The cluster has no leader, or the agent knows no servers.
        public static let noLeader = Code("noLeader")
        /// There is no way to the datacenter that was asked for; mostly, because there is no such datacenter.
        public static let noSuchDatacenter = Code("noSuchDatacenter")
        /// The agent has too many connections from this address, or too many requests.
        public static let tooManyConnections = Code("tooManyConnections")
        /// Another failure on Consul's side.
        public static let serverError = Code("serverError")
        /// A status that this endpoint should not give, such as a redirect, which is never followed.
        public static let unexpectedStatus = Code("unexpectedStatus")
        /// The body is not what it should be: broken JSON, of another shape, or cut short.
        public static let undecodable = Code("undecodable")
        /// The body is larger than is accepted.
        public static let tooLarge = Code("tooLarge")
        /// The token could not be had: its file is gone or unreadable, or the closure that gives it failed.
        public static let tokenUnavailable = Code("tokenUnavailable")
        /// The system has no descriptors left.
        public static let outOfResources = Code("outOfResources")
        /// The client has been shut down.
        public static let closed = Code("closed")
    }

    /// What went wrong.
    public var code: Code

    /// The same for people: what was asked, and what happened.
    public var message: String

    /// The HTTP status, if there was one.
    public var status: Int?

    /// Whether the same read may succeed if it is asked again. A status alone does not tell: Consul answers 500 to a
    /// filter that it cannot parse. A change that failed may be sent again only if this is true: then, and not
    /// otherwise, it is sure that nothing has happened.
    public var isRetryable: Bool

    /// The time after which the server wants to be asked again (`Retry-After`); `nil` if it did not say.
    public var retryAfter: Duration?

    /// What caused it, if that is known.
    public var underlying: (any Error)?

    /// Whether the connection was lost before there was any answer, and not because the time was over.
    var isLostConnection = false

    /// An error.
    public init(
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

    static let clientClosed = ConsulHTTPError(.closed, "the client has been shut down")
}

extension ConsulHTTPError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
