// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulHTTP
public import LoadBalancing
import NIOCore
import NIOPosix
import NIOSSL

extension Outcome {
    /// Returns what an error says about the endpoint, if it is an error of NIO or AsyncHTTPClient;
    /// `Outcome.classifying` handles all other errors.
    public static func classifyingNetwork(_ error: any Error) -> Outcome {
        if Task.isCancelled { return .classifying(error) }
        return switch error {
        case let error as HTTPClientError: error.outcome
        case let error as NIOConnectionError: error.outcome
        case is NIOSSLError, is RequiredName.Missing: .failure(.connect)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: .failure(.connect)
        case ChannelError.connectTimeout: .failure(.connect)
        case let error as IOError: error.outcome
        default: .classifying(error)
        }
    }
}

extension HTTPClientError {
    fileprivate var outcome: Outcome {
        switch self {
        case .cancelled, .alreadyShutdown: .neutral
        case _ where isCausedByRequest: .neutral
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            .failure(.connect)
        case .readTimeout, .writeTimeout, .deadlineExceeded: .failure(.timeout)
        // Each host has a pool of its own: it is exhausted because that host is slow with other requests.
        case .getConnectionFromPoolTimeout: .failure(.timeout)
        default: .failure(.server)
        }
    }

    /// True if the request itself is invalid, so that no server could have answered it.
    private var isCausedByRequest: Bool {
        let faults: [HTTPClientError] = [
            .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath, .traceRequestWithBody, .bodyLengthMismatch,
            .writeAfterRequestSent, .proxyAuthenticationRequired, .unsupportedScheme(""),
            .invalidHeaderFieldNames([]), .invalidHeaderFieldValues([]),
        ]
        // Some of these errors carry values, which the comparison ignores.
        return faults.contains { $0.shortDescription == shortDescription }
    }
}

extension NIOConnectionError {
    /// Neutral if this process could not create a socket for any of the addresses.
    fileprivate var outcome: Outcome {
        let outcomes = connectionErrors.map { ($0.error as? IOError)?.outcome ?? .failure(.connect) }
        return !outcomes.isEmpty && outcomes.allSatisfy { $0 == .neutral } ? .neutral : .failure(.connect)
    }
}

extension IOError {
    fileprivate var outcome: Outcome {
        switch errnoCode {
        // The process or the machine has run out of a resource: every endpoint would fail alike.
        case EMFILE, ENFILE, ENOMEM, ENOBUFS: .neutral
        case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EADDRNOTAVAIL: .failure(.connect)
        case ETIMEDOUT: .failure(.timeout)
        default: .failure(.server)
        }
    }
}
