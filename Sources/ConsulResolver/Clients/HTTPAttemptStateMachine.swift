// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulHTTP
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The state machine that decides whether an HTTP request is sent once more, to another endpoint. A pure value.
struct HTTPAttemptStateMachine {
    /// The part of an attempt that may have reached the server.
    enum Progress: Hashable {
        /// No connection came about, so no byte of the request was sent, and its body was not read.
        case notSent
        /// The server may have received the request, or has answered it.
        case sent
    }

    /// The next step.
    enum Action: Hashable {
        /// The caller gets the response or the error.
        case finish
        /// Another attempt follows, if the retry budget allows it.
        case tryAgain
    }

    private var remaining: Int
    private let isRepeatable: Bool

    /// - Parameters:
    ///   - attempts: The largest number of attempts, the first one included.
    ///   - isRepeatable: True if a server may receive the request twice.
    init(attempts: Int, isRepeatable: Bool) {
        remaining = max(attempts, 1) - 1
        self.isRepeatable = isRepeatable
    }

    /// Notes the end of an attempt.
    ///
    /// - Parameters:
    ///   - isFailure: True if the endpoint was at fault.
    ///   - progress: The part of the attempt that may have reached the server.
    ///   - timeLeft: The time until the deadline of all attempts.
    mutating func attemptEnded(isFailure: Bool, _ progress: Progress, timeLeft: Duration) -> Action {
        guard isFailure, remaining > 0, timeLeft > .zero, progress == .notSent || isRepeatable else { return .finish }
        remaining -= 1
        return .tryAgain
    }
}

extension HTTPAttemptStateMachine {
    init(_ request: HTTPClientRequest, _ options: HTTPRequestOptions) {
        let hasRepeatableMethod = request.method.isIdempotent || options.repeatsAnyMethod
        let hasRepeatableBody = request.body == nil || options.isBodyReplayable
        self.init(attempts: options.attempts, isRepeatable: hasRepeatableMethod && hasRepeatableBody)
    }
}

extension HTTPMethod {
    /// True if the effect of several equal requests is that of one (RFC 9110 section 9.2.2).
    fileprivate var isIdempotent: Bool {
        switch self {
        case .GET, .HEAD, .OPTIONS, .TRACE, .PUT, .DELETE: true
        default: false
        }
    }
}

extension HTTPAttemptStateMachine.Progress {
    /// The progress of an attempt that ended with an error. Only errors of the connection's establishment prove that no
    /// byte was sent; a broken connection and a passed deadline do not.
    init(_ error: any Error) {
        self =
            switch error {
            case let error as HTTPClientError:
                Self.connectionErrors.contains(error) ? .notSent : .sent
            case is NIOConnectionError, ChannelError.connectTimeout, is RequiredName.Missing: .notSent
            case NIOSSLError.handshakeFailed, NIOSSLError.unableToValidateCertificate: .notSent
            case let error as NIOSSLExtraError where error == .failedToValidateHostname: .notSent
            // `connect` alone fails with these. An open connection can end with EHOSTUNREACH or ETIMEDOUT as well.
            case let error as IOError where [ECONNREFUSED, EADDRNOTAVAIL].contains(error.errnoCode): .notSent
            default: .sent
            }
    }

    private static let connectionErrors: [HTTPClientError] = [
        .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ]
}
