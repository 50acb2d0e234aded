// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulResolver
import GRPCCore
import LoadBalancing
import Testing

@testable import ConsulGRPC

struct CallProgressTests {
    private func progress(
        _ type: MethodDescriptor.RPCType? = .unary,
        timeout: Duration? = nil
    ) -> CallProgress {
        CallProgress(type: type, timeout: timeout)
    }

    @Test
    func `The first part of a response marks the latency, and the status is the outcome`() {
        var call = progress()
        #expect(call.request() == nil)
        #expect(call.response() == .markFirstByte)
        #expect(call.response() == nil)
        #expect(call.status(.ok, [:]) == .finish(.success))
        #expect(call.end(after: .seconds(1), isCanceled: false) == nil)
    }

    @Test
    func `A second request message excludes the latency if the type of the method is unknown`() {
        var call = progress(nil)
        #expect(call.request() == nil)
        #expect(call.request() == .ignoreLatency)
        #expect(call.request() == nil)
        var answered = progress(nil)
        #expect(answered.request() == nil)
        #expect(answered.response() == .markFirstByte)
        #expect(answered.request() == nil)
    }

    @Test(arguments: [
        (Status.Code.ok, Outcome.success), (.cancelled, .neutral), (.unknown, .failure(.server)),
        (.invalidArgument, .failure(.client)), (.deadlineExceeded, .failure(.timeout)),
        (.notFound, .failure(.client)), (.alreadyExists, .failure(.client)),
        (.permissionDenied, .failure(.client)), (.resourceExhausted, .failure(.overload())),
        (.failedPrecondition, .failure(.client)), (.aborted, .failure(.client)), (.outOfRange, .failure(.client)),
        (.unimplemented, .failure(.client)), (.internalError, .failure(.server)), (.unavailable, .failure(.server)),
        (.dataLoss, .failure(.server)), (.unauthenticated, .failure(.client)),
    ])
    func `Each status has an outcome`(code: Status.Code, outcome: Outcome) {
        #expect(Outcome(code, retryAfter: nil) == outcome)
    }

    @Test
    func `A server that asks for a pause is overloaded for that long`() {
        for code in [Status.Code.resourceExhausted, .unavailable] {
            var call = progress()
            let action = call.status(code, ["grpc-retry-pushback-ms": "250"])
            #expect(action == .finish(.failure(.overload(retryAfter: .milliseconds(250)))))
        }
        for text in ["-1", "soon", "99999999999"] {
            var call = progress()
            #expect(call.status(.unavailable, ["grpc-retry-pushback-ms": .string(text)]) == .finish(.failure(.server)))
        }
    }

    @Test
    func `A canceled call is a timeout if its deadline has passed, and neutral otherwise`() {
        var late = progress(timeout: .seconds(1))
        #expect(late.status(.cancelled, [:]) == nil)
        #expect(late.end(after: .milliseconds(999), isCanceled: true) == .finish(.failure(.timeout)))
        var early = progress(timeout: .seconds(1))
        #expect(early.end(after: .milliseconds(500), isCanceled: true) == .finish(.neutral))
        var endless = progress()
        #expect(endless.end(after: .seconds(500), isCanceled: true) == .finish(.neutral))
    }

    @Test
    func `A call whose caller stops to listen is neutral`() {
        var call = progress(.serverStreaming, timeout: .seconds(1))
        #expect(call.response() == .markFirstByte)
        #expect(call.end(after: .seconds(2), isCanceled: false) == .finish(.neutral))
    }
}

struct StreamAttemptsTests {
    @Test
    func `A call tries five endpoints, each of them once`() {
        var attempts = StreamAttempts(waitsForReady: false)
        for port in 1...4 { #expect(attempts.cannotConnect(to: .loopback(port)) == .tryAgain) }
        #expect(attempts.excluded == (1...4).map { .loopback($0) })
        #expect(attempts.cannotConnect(to: .loopback(5)) == .fail)
    }

    @Test
    func `A call that does not wait fails when no endpoint is left`() {
        var attempts = StreamAttempts(waitsForReady: false)
        #expect(attempts.hasNoEndpoint() == .fail)
    }

    @Test
    func `A call that waits tries all endpoints again, after pauses that grow to a second`() {
        var attempts = StreamAttempts(waitsForReady: true)
        #expect(attempts.cannotConnect(to: .loopback(1)) == .tryAgain)
        var pauses: [Duration] = []
        for _ in 0..<7 {
            guard case .wait(let pause) = attempts.hasNoEndpoint() else { break }
            pauses.append(pause)
            #expect(attempts.excluded.isEmpty)
        }
        #expect(pauses == [50, 100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
    }
}

#endif
