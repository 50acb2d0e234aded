// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// Maps an error of AsyncHTTPClient to a ``ConsulHTTPError`` that says what to do about it.
struct TransportFailure {
    /// Method and path of the request.
    let subject: String
    /// The address of the agent.
    let address: ConsulHTTPAddress
    /// True if repeating the request is harmless.
    let isRead: Bool
    /// The time limit for connecting.
    let connectTimeout: Duration
    /// True if the head of the answer had arrived.
    let isAnswerBegun: Bool

    func error(_ error: any Error) -> ConsulHTTPError {
        switch error {
        case let error as ConsulHTTPError: prefixed(error)
        case let error as HTTPClientError: clientError(error)
        case let error as NIOConnectionError: connectionError(error)
        case let error as IOError: systemError(error)
        case let error as HTTPParserError: parserError(error)
        case is NIOHTTPDecompression.DecompressionError: compressionError(error)
        case is BoringSSLError, is NIOSSLExtraError, is NIOSSLError, is RequiredName.Missing: tlsError(error)
        case is ChannelError: connectionFailed(error)
        default: made(.transport, "\(address): \(type(of: error))", isRetryable: isRead, error)
        }
    }

    private func prefixed(_ error: ConsulHTTPError) -> ConsulHTTPError {
        guard error.code == .tooLarge else { return error }
        return made(error.code, error.message, isRetryable: false, error.underlying)
    }

    private func clientError(_ error: HTTPClientError) -> ConsulHTTPError {
        switch error {
        case .alreadyShutdown, .cancelled:
            .clientClosed
        // The first covers the name lookup and connecting, the second the wait for both.
        case .connectTimeout, .getConnectionFromPoolTimeout:
            made(.transport, "no connection to \(address) within \(connectTimeout)", isRetryable: true, error)
        case .tlsHandshakeTimeout:
            made(.tls, "\(address) did not finish the TLS handshake; does it speak TLS?", isRetryable: false, error)
        case .remoteConnectionClosed:
            lostConnection(error)
        default:
            made(.transport, "\(address): \(error.shortDescription)", isRetryable: isRead, error)
        }
    }

    private func connectionError(_ error: NIOConnectionError) -> ConsulHTTPError {
        if let first = error.connectionErrors.first { return self.error(first.error) }
        return made(.transport, "the host name \(error.host) could not be looked up", isRetryable: true, error)
    }

    private func systemError(_ error: IOError) -> ConsulHTTPError {
        switch error.errnoCode {
        case ECONNREFUSED:
            made(.transport, "no process listens on \(address); is an agent running there?", isRetryable: true, error)
        case ENOENT:
            made(
                .transport,
                """
                no process listens on \(address): there is no such socket; is an agent running, and does its setting \
                addresses.http name this path?
                """,
                isRetryable: true,
                error
            )
        case EACCES, EPERM:
            made(.transport, "this user may not connect to \(address)", isRetryable: false, error)
        case ECONNRESET, EPIPE:
            lostConnection(error)
        default:
            made(.transport, "the connection to \(address) failed: \(error)", isRetryable: isRead, error)
        }
    }

    private func connectionFailed(_ error: any Error) -> ConsulHTTPError {
        var failure = made(.transport, "the connection to \(address) failed", isRetryable: isRead, error)
        // A connection that could not be made in time is a timeout.
        let isTimeout = if case ChannelError.connectTimeout = error { true } else { false }
        failure.isLostConnection = !isAnswerBegun && !isTimeout
        return failure
    }

    private func lostConnection(_ error: any Error) -> ConsulHTTPError {
        var failure = made(
            .transport,
            """
            \(address) closed the connection before the answer was complete; an agent does so when it stops, and when \
            there are too many connections from one address (limits.http_max_conns_per_client)
            """,
            isRetryable: isRead,
            error
        )
        failure.isLostConnection = !isAnswerBegun
        return failure
    }

    private func parserError(_ error: HTTPParserError) -> ConsulHTTPError {
        if error == .invalidEOFState { return lostConnection(error) }
        return made(
            .undecodable,
            "\(address) does not speak HTTP; is it the port of the HTTP API?",
            isRetryable: false,
            error
        )
    }

    private func compressionError(_ error: any Error) -> ConsulHTTPError {
        if case NIOHTTPDecompression.DecompressionError.limit = error {
            return made(.tooLarge, "the body exceeds the maximum size", isRetryable: false, error)
        }
        return made(.undecodable, "the body is not valid gzip", isRetryable: isRead, error)
    }

    private func tlsError(_ error: any Error) -> ConsulHTTPError {
        if case NIOSSLError.uncleanShutdown = error { return lostConnection(error) }
        return made(.tls, "TLS with \(address) failed: \(TLSFailure.advice(on: error))", isRetryable: false, error)
    }

    private func made(
        _ code: ConsulHTTPError.Code,
        _ message: String,
        isRetryable: Bool,
        _ underlying: (any Error)?
    ) -> ConsulHTTPError {
        ConsulHTTPError(code, "\(subject): \(message)", isRetryable: isRetryable, underlying: underlying)
    }
}
