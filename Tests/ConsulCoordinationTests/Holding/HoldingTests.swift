// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import ResolverSupport
import TestSupport
import Testing

/// The engine of everything that is held with a session.
struct HoldingTests {
    private static let id = "11111111-2222-3333-4444-555555555555"

    /// A Consul that creates, renews and destroys sessions.
    private static let script = ScriptedHTTPServer.byPath([
        "/v1/session/create": [.reply(.json(#"{"ID": "\#(id)"}"#))],
        "/v1/session/renew": [.reply(.json(#"[{"ID": "\#(id)", "TTL": "10s"}]"#))],
        "/v1/session/destroy": [.reply(.json("true"))],
    ])

    private let options = SessionOptions.withoutHealthChecks(timeToLive: .seconds(10))

    /// Runs the closure with a session on a manual clock.
    private func withSession<Output: Sendable>(
        script: @escaping ScriptedHTTPServer.Script = script,
        _ body: @escaping @Sendable (LiveSession, ManualClock, ScriptedHTTPServer) async throws -> Output
    ) async throws -> Output {
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let clock = ManualClock()
                let store = SessionStore(consul)
                return try await LiveSession.run(options, in: store, time: TimeSource(clock)) { session in
                    try await body(session, clock, server)
                }
            }
        }
    }

    @Test func `The body ends before the release, and the release before the session`() async throws {
        let order = WatchedValue<[String]>([])
        let requests = try await withSession { session, _, server in
            let result = try await Holding("it", in: session).run(
                release: { lost in
                    #expect(lost == nil)
                    order.update { $0.append("release") }
                    #expect(server.requests.map(\.path) == ["/v1/session/create"])
                },
                body: {
                    order.update { $0.append("body") }
                    return 7
                }
            )
            #expect(result == 7)
            return server
        }.requests.map(\.path)
        #expect(order.current == ["body", "release"])
        #expect(requests == ["/v1/session/create", "/v1/session/destroy/\(Self.id)"])
    }

    @Test func `Work does not begin after its signal`() async {
        let signal = Signal<Void>()
        signal.send(())
        for _ in 0..<100 {
            let result = await running(until: signal) { _ = Issue.record("the work runs") }
            #expect(throws: CancellationError.self) { try result.get() }
        }
    }

    @Test func `A caller that is canceled before the body begins gets its release, and no body`() async throws {
        let released = WatchedValue(0)
        try await withSession { session, _, _ in
            for _ in 0..<100 {
                let task = Task {
                    try? await untilCanceled()
                    try await Holding("it", in: session).run(
                        release: { lost in
                            #expect(lost == nil)
                            released.update { $0 += 1 }
                        },
                        body: { _ = Issue.record("the body runs") }
                    )
                }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
        #expect(released.current == 100)
    }

    @Test func `A monitor's evidence cancels the body, whose error is the underlying one`() async throws {
        struct Unfinished: Error {}
        let evidence = Signal<CoordinationError.Reason>()
        try await withSession { session, _, _ in
            let order = WatchedValue<[String]>([])
            let error = try await coordinationError {
                try await Holding("the slot s", in: session).run(
                    monitors: [{ await evidence.wait() }],
                    release: { lost in
                        #expect(lost == .keyTaken)
                        order.update { $0.append("release") }
                    },
                    body: {
                        evidence.send(.keyTaken)
                        do { try await untilCanceled() } catch {
                            order.update { $0.append("canceled") }
                            throw Unfinished()
                        }
                    }
                )
            }
            #expect(error.code == .lost)
            #expect(error.reason == .keyTaken)
            #expect(error.message == "the slot s was lost: another session holds its key")
            #expect(error.underlying is Unfinished)
            #expect(order.current == ["canceled", "release"])
        }
    }

    // L35: a process that was stopped, or a machine that slept, reads a clock that has jumped.
    @Test func `A result from after the deadline is discarded, also if no timer has run yet (L35)`() async throws {
        try await withSession(script: Self.silentRenewals) { session, clock, _ in
            let holding = Holding("it", in: session)
            let error = try await coordinationError {
                _ = try await holding.run {
                    #expect(holding.remaining > .seconds(9))
                    clock.advance(by: .seconds(3600))
                    #expect(holding.lost == .leaseExpired)
                    return "a result"
                }
            }
            #expect(error.reason == .leaseExpired)
        }
    }

    @Test func `A lease that has ended before the body begins keeps it from running`() async throws {
        try await withSession(script: Self.silentRenewals) { session, clock, _ in
            clock.advance(by: .seconds(3600))
            let error = try await coordinationError {
                try await Holding("it", in: session).run { _ = Issue.record("the body runs") }
            }
            #expect(error.reason == .leaseExpired)
        }
    }

    @Test func `Renewals that are never answered cancel the body at the deadline`() async throws {
        try await withSession(script: Self.silentRenewals) { session, clock, _ in
            let isCanceled = WatchedValue(false)
            let task = Task {
                try await Holding("it", in: session).run {
                    try? await untilCanceled()
                    isCanceled.update { $0 = true }
                }
            }
            try await clock.waitForSleepers(1)
            clock.advance(by: .milliseconds(9499))
            #expect(session.lost == nil)
            #expect(!isCanceled.current)
            clock.advance(by: .milliseconds(1))
            #expect(session.lost == .leaseExpired)
            let error = try await coordinationError { try await task.value(within: .seconds(30)) }
            #expect(error.reason == .leaseExpired)
            #expect(isCanceled.current)
        }
    }

    @Test func `A renewal that Consul answers with 404 cancels the body`() async throws {
        let script: ScriptedHTTPServer.Script = { request in
            request.path.hasPrefix("/v1/session/renew")
                ? [.reply(.failure(404, "Session id '\(Self.id)' not found"))] : Self.script(request)
        }
        let server = try await withSession(script: script) { session, clock, server in
            let task = Task { try await Holding("it", in: session).run { try await untilCanceled() } }
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(4))
            let error = try await coordinationError { try await task.value(within: .seconds(30)) }
            #expect(error.reason == .sessionGone)
            #expect(error.underlying == nil)
            return server
        }
        #expect(!server.requests.contains { $0.path.hasPrefix("/v1/session/destroy") })
    }

    @Test func `A canceled caller cancels the body alone, and the session is renewed until the body has ended`()
        async throws
    {
        try await withSession { session, clock, server in
            let (isRunning, end) = (Signal<Void>(), Signal<Void>())
            defer { end.send(()) }
            let released = WatchedValue(false)
            let task = Task {
                try await Holding("it", in: session).run(
                    release: { _ in released.update { $0 = true } },
                    body: {
                        isRunning.send(())
                        try? await untilCanceled()
                        await Task { _ = await end.wait() }.value
                    }
                )
            }
            _ = await isRunning.wait()
            task.cancel()
            for number in 1...3 {
                try await clock.waitForSleepers(1)
                clock.advance(by: .seconds(4))
                try await server.waitForRequests(1 + number)
            }
            #expect(!released.current)
            end.send(())
            try await task.value(within: .seconds(30))
            #expect(released.current)
        }
    }

    // L32
    @Test func `A body that runs on after its cancellation is reported once, after the grace (L32)`() async throws {
        try await withSession(script: Self.silentRenewals) { session, clock, _ in
            let (report, isRunning, end) = (Signal<CoordinationError>(), Signal<Void>(), Signal<Void>())
            defer { end.send(()) }
            var overrun = OverrunPolicy()
            overrun.report = { report.send($0) }
            let holding = Holding("it", in: session, overrun: overrun)
            let task = Task {
                try await holding.run {
                    isRunning.send(())
                    await Task { _ = await end.wait() }.value
                    return "a result"
                }
            }
            _ = await isRunning.wait()
            holding.lose(.keyDeleted)
            // The renewals and the grace.
            try await clock.waitForSleepers(2)
            clock.advance(by: .milliseconds(4999))
            #expect(report.current == nil)
            clock.advance(by: .milliseconds(1))
            #expect(await report.wait()?.reason == .keyDeleted)
            end.send(())
            let error = try await coordinationError { _ = try await task.value(within: .seconds(30)) }
            #expect(error.reason == .keyDeleted)
        }
    }

    private static let silentRenewals: ScriptedHTTPServer.Script = { request in
        request.path.hasPrefix("/v1/session/renew") ? .silence : script(request)
    }
}
