// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import LoadBalancing
import NIOCore
import NIOPosix
import NIOSSL
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Outcomes that network errors have for an endpoint.
struct NetworkOutcomeTests {
    private struct Whatever: Error {}

    @Test func `A canceled request has a neutral outcome`() {
        #expect(Outcome.classifyingNetwork(CancellationError()) == .neutral)
        #expect(Outcome.classifyingNetwork(HTTPClientError.cancelled) == .neutral)
    }

    @Test func `A failed connection and a missing answer have different outcomes`() {
        #expect(Outcome.classifyingNetwork(HTTPClientError.connectTimeout) == .failure(.connect))
        #expect(Outcome.classifyingNetwork(ChannelError.connectTimeout(.seconds(1))) == .failure(.connect))
        #expect(Outcome.classifyingNetwork(NIOSSLExtraError.failedToValidateHostname) == .failure(.connect))
        #expect(Outcome.classifyingNetwork(IOError(errnoCode: ECONNREFUSED, reason: "connect")) == .failure(.connect))
        #expect(Outcome.classifyingNetwork(HTTPClientError.readTimeout) == .failure(.timeout))
        #expect(Outcome.classifyingNetwork(HTTPClientError.deadlineExceeded) == .failure(.timeout))
        #expect(Outcome.classifyingNetwork(IOError(errnoCode: ETIMEDOUT, reason: "read")) == .failure(.timeout))
    }

    @Test func `A request that this process could not send has a neutral outcome`() {
        for error in [
            HTTPClientError.invalidURL, .emptyHost, .unsupportedScheme("gopher"), .invalidHeaderFieldNames([" "]),
            .bodyLengthMismatch, .traceRequestWithBody,
        ] {
            #expect(Outcome.classifyingNetwork(error) == .neutral, "\(error)")
        }
        for code in [EMFILE, ENFILE, ENOMEM, ENOBUFS] {
            #expect(Outcome.classifyingNetwork(IOError(errnoCode: code, reason: "socket")) == .neutral)
        }
    }

    @Test func `Any other error is a failure of the server`() {
        #expect(Outcome.classifyingNetwork(HTTPClientError.remoteConnectionClosed) == .failure(.server))
        #expect(Outcome.classifyingNetwork(IOError(errnoCode: ECONNRESET, reason: "read")) == .failure(.server))
        #expect(Outcome.classifyingNetwork(Whatever()) == .failure(.server))
    }

    @Test func `A real refusal is a connection failure`() async throws {
        let error = await #expect(throws: (any Error).self) {
            try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: 1).get()
        }
        #expect(error.map(Outcome.classifyingNetwork) == .failure(.connect))
    }
}
