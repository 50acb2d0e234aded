// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import ConsulHTTP
@testable import ConsulResolver

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

struct HTTPAttemptStateMachineTests {
    private static let time = Duration.seconds(1)

    @Test func `A failure leads to another attempt until there have been enough`() {
        var attempts = HTTPAttemptStateMachine(attempts: 3, isRepeatable: true)
        #expect(attempts.attemptEnded(isFailure: true, .sent, timeLeft: Self.time) == .tryAgain)
        #expect(attempts.attemptEnded(isFailure: true, .sent, timeLeft: Self.time) == .tryAgain)
        #expect(attempts.attemptEnded(isFailure: true, .sent, timeLeft: Self.time) == .finish)
    }

    @Test(arguments: [Int.min, -1, 0, 1])
    func `A request has at least one attempt`(count: Int) {
        var attempts = HTTPAttemptStateMachine(attempts: count, isRepeatable: true)
        #expect(attempts.attemptEnded(isFailure: true, .notSent, timeLeft: Self.time) == .finish)
    }

    @Test func `A success, and an error that is not the endpoint's, are final`() {
        var attempts = HTTPAttemptStateMachine(attempts: 3, isRepeatable: true)
        #expect(attempts.attemptEnded(isFailure: false, .sent, timeLeft: Self.time) == .finish)
        #expect(attempts.attemptEnded(isFailure: false, .notSent, timeLeft: Self.time) == .finish)
    }

    @Test func `A request that may not be repeated gets another attempt only if it was not sent`() {
        var attempts = HTTPAttemptStateMachine(attempts: 3, isRepeatable: false)
        #expect(attempts.attemptEnded(isFailure: true, .notSent, timeLeft: Self.time) == .tryAgain)
        #expect(attempts.attemptEnded(isFailure: true, .sent, timeLeft: Self.time) == .finish)
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func `The deadline ends all attempts`(timeLeft: Duration) {
        var attempts = HTTPAttemptStateMachine(attempts: 3, isRepeatable: true)
        #expect(attempts.attemptEnded(isFailure: true, .notSent, timeLeft: timeLeft) == .finish)
    }

    @Test(arguments: ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"])
    func `An idempotent method may be repeated`(method: String) {
        #expect(mayRepeat(method))
        #expect(!mayRepeat(method, body: true))
        #expect(mayRepeat(method, body: true) { $0.isBodyReplayable = true })
    }

    @Test(arguments: ["POST", "PATCH", "CONNECT", "LOCK", "get"])
    func `Any other method may be repeated only if the options say so`(method: String) {
        #expect(!mayRepeat(method))
        #expect(!mayRepeat(method, body: true) { $0.isBodyReplayable = true })
        #expect(mayRepeat(method) { $0.repeatsAnyMethod = true })
        #expect(!mayRepeat(method, body: true) { $0.repeatsAnyMethod = true })
    }

    @Test func `Only errors before the first byte of a request say that it was not sent`() {
        let unsent: [any Error] = [
            HTTPClientError.connectTimeout, HTTPClientError.tlsHandshakeTimeout,
            HTTPClientError.getConnectionFromPoolTimeout, ChannelError.connectTimeout(.seconds(1)),
            IOError(errnoCode: ECONNREFUSED, reason: "connect"), RequiredName.Missing(),
            NIOSSLExtraError.failedToValidateHostname, NIOSSLError.unableToValidateCertificate,
        ]
        for error in unsent { #expect(HTTPAttemptStateMachine.Progress(error) == .notSent, "\(error)") }
        let sent: [any Error] = [
            HTTPClientError.deadlineExceeded, HTTPClientError.readTimeout, HTTPClientError.remoteConnectionClosed,
            HTTPClientError.cancelled, IOError(errnoCode: ECONNRESET, reason: "read"),
            IOError(errnoCode: EHOSTUNREACH, reason: "read"), NIOSSLError.uncleanShutdown, CancellationError(),
        ]
        for error in sent { #expect(HTTPAttemptStateMachine.Progress(error) == .sent, "\(error)") }
    }

    private func mayRepeat(
        _ method: String,
        body: Bool = false,
        _ configure: (inout HTTPRequestOptions) -> Void = { _ in }
    ) -> Bool {
        var request = HTTPClientRequest(url: "http://web/")
        request.method = HTTPMethod(rawValue: method)
        request.body = body ? .bytes(ByteBuffer(string: "body")) : nil
        var options = HTTPRequestOptions()
        configure(&options)
        var attempts = HTTPAttemptStateMachine(request, options)
        return attempts.attemptEnded(isFailure: true, .sent, timeLeft: Self.time) == .tryAgain
    }
}
