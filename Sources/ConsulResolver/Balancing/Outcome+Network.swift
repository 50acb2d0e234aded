// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
public import LoadBalancing
import NIOCore
import NIOPosix
import NIOSSL

extension Outcome {
    /// What an error says about the endpoint, if it is one of NIO's or AsyncHTTPClient's; `Outcome.classifying` says it of all
    /// others.
    public static func classifyingNetwork(_ error: any Error) -> Outcome {
        if Task.isCancelled { return .classifying(error) }
        return switch error {
        case let error as HTTPClientError: error.outcome
        case is NIOConnectionError, is NIOSSLError: .failure(.connect)
        case ChannelError.connectTimeout: .failure(.connect)
        case let error as IOError: .failure(error.failureKind)
        default: .classifying(error)
        }
    }
}

extension HTTPClientError {
    fileprivate var outcome: Outcome {
        switch self {
        case .cancelled, .alreadyShutdown: .neutral
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            .failure(.connect)
        case .readTimeout, .writeTimeout, .deadlineExceeded: .failure(.timeout)
        // There is a pool for each host: it is used up because that host has let others wait.
        case .getConnectionFromPoolTimeout: .failure(.timeout)
        default: .failure(.server)
        }
    }
}

extension IOError {
    fileprivate var failureKind: FailureKind {
        switch errnoCode {
        case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EADDRNOTAVAIL: .connect
        case ETIMEDOUT: .timeout
        default: .server
        }
    }
}
