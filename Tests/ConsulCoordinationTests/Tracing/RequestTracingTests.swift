// SPDX-License-Identifier: Apache-2.0

#if Tracing

import ConsulCoordination
import ConsulHTTP
import InMemoryTracing
import Logging
import TestSupport
import Testing
import Tracing

/// Spans of requests and of acquisitions, against real agents.
struct RequestTracingTests {
    private let tracer = InMemoryTracer()
    private static let token = "0b1d6a1c-secret-token"
    private static let secret = "a secret value"

    /// Runs `body` with a traced client of the scene's agent.
    private func withTracedConsul(
        _ scene: LockScene,
        _ body: (ConsulHTTPClient) async throws -> Void
    ) async throws {
        var configuration = ConsulHTTPClient.Configuration()
        configuration.address = try ConsulHTTPAddress("127.0.0.1:\(scene.agent.ports.http)")
        let client = try ConsulHTTPClient(configuration: configuration, tracer: tracer)
        try await use(client, in: body) { await $0.shutdown() }
    }

    private func span(_ name: String, _ location: SourceLocation = #_sourceLocation) throws -> FinishedInMemorySpan {
        let spans = tracer.finishedSpans.filter { $0.operationName == name }
        #expect(spans.count == 1, sourceLocation: location)
        return try #require(spans.first, sourceLocation: location)
    }

    @Test func `Reads and writes of a key have a span each, with the method, the route, the key and the status`()
        async throws
    {
        let scene = try await LockScene()
        try await withTracedConsul(scene) { consul in
            try await consul.keyValues.set(scene.name, Self.secret.utf8)
            _ = try await consul.keyValues.entry(scene.name)
            _ = try await consul.keyValues.entries(under: scene.name)
            try await consul.keyValues.commit([.set(scene.name, Array(Self.secret.utf8))])
            try await consul.keyValues.delete(scene.name)
        }
        let spans = tracer.finishedSpans
        #expect(
            spans.map(\.operationName) == ["PUT /v1/kv", "GET /v1/kv", "GET /v1/kv", "PUT /v1/txn", "DELETE /v1/kv"]
        )
        for span in spans {
            #expect(span.kind == .client && span.status == nil && span.errors.isEmpty)
            #expect(span.attributes.get("http.response.status_code") == .int64(200))
            let key: SpanAttribute? = span.operationName == "PUT /v1/txn" ? nil : .string(scene.name)
            #expect(span.attributes.get("consul.key") == key)
        }
        #expect(spans[0].attributes.get("http.request.method") == .string("PUT"))
    }

    @Test func `A failed request has the kind of its error, and no span has a value or a token`() async throws {
        let script: ScriptedHTTPServer.Script = { request in
            // Proxies and servers may repeat parts of a request.
            let words = "refused: \(Self.token) \(String(decoding: request.body, as: UTF8.self))"
            return [.reply(.failure(request.method == "GET" ? 403 : 500, words))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            var configuration = ConsulHTTPClient.Configuration()
            configuration.address = try ConsulHTTPAddress("127.0.0.1:\(server.port)")
            configuration.token = .value(Self.token)
            let client = try ConsulHTTPClient(configuration: configuration, tracer: tracer)
            try await use(client) { client in
                await #expect(throws: ConsulHTTPError.self) { try await client.keyValues.entry("key") }
                await #expect(throws: ConsulHTTPError.self) {
                    try await client.keyValues.set("key", Self.secret.utf8)
                }
                await #expect(throws: ConsulHTTPError.self) {
                    try await client.keyValues.commit([.set("key", Array(Self.secret.utf8))])
                }
            } stop: {
                await $0.shutdown()
            }
        }
        let spans = tracer.finishedSpans
        #expect(spans.map { $0.attributes.get("error.type") } == ["denied", "serverError", "serverError"])
        #expect(
            spans.map { $0.attributes.get("http.response.status_code") } == [.int64(403), .int64(500), .int64(500)]
        )
        for span in spans {
            #expect(span.status?.code == .error)
            var all = "\(span)"
            span.attributes.forEach { all += " \($0)=\($1)" }
            for text in [Self.token, Self.secret, "YSBzZWNyZXQgdmFsdWU"] { #expect(!all.contains(text), "\(all)") }
        }
    }

    @Test func `The span of a lock ends when its body begins, and the requests of the body are the caller's`()
        async throws
    {
        let scene = try await LockScene()
        try await withTracedConsul(scene) { consul in
            try await tracer.withSpan("caller") { caller in
                let callerID = caller.spanID
                try await consul.withLock(scene.name, scene.options()) { _ in
                    let span = try span("consul.lock.acquire")
                    #expect(span.parentSpanID == callerID && span.status == nil)
                    #expect(span.attributes.get("consul.lock.key") == .string(scene.name))
                    _ = try await consul.keyValues.entry("body")
                    let read = try #require(tracer.finishedSpans.last)
                    #expect(read.operationName == "GET /v1/kv" && read.parentSpanID == callerID)
                    let creation = try self.span("PUT /v1/session/create")
                    #expect(creation.parentSpanID == span.spanID)
                    #expect(
                        tracer.finishedSpans.contains {
                            $0.parentSpanID == span.spanID && $0.operationName == "PUT /v1/txn"
                        }
                    )
                }
            }
        }
        #expect(tracer.activeSpans.isEmpty)
    }

    @Test func `A lock or slot that is not acquired fails its span`() async throws {
        let scene = try await LockScene()
        _ = try await scene.holdAsStranger()
        try await withTracedConsul(scene) { consul in
            let error = try await coordinationError {
                try await consul.withLock(scene.name, scene.options(wait: .once)) { _ in }
            }
            #expect(error.code == .notAcquired)
            let lock = try span("consul.lock.acquire")
            #expect(lock.attributes.get("error.type") == .string("notAcquired") && lock.status?.code == .error)
            var options = SemaphoreOptions(session: scene.options().session)
            options.wait = .once
            try await consul.withSemaphore(scene.name + "/slots", limit: 1, options) { [options] _ in
                _ = try await coordinationError {
                    try await consul.withSemaphore(scene.name + "/slots", limit: 1, options) { _ in }
                }
            }
            let slots = tracer.finishedSpans.filter { $0.operationName == "consul.semaphore.acquire" }
            #expect(slots.map(\.status?.code) == [nil, .error])
        }
    }

    @Test func `Renewals and watches have no spans, nor has the error of a body`() async throws {
        struct Broken: Error {}
        let scene = try await LockScene()
        try await withTracedConsul(scene) { consul in
            await #expect(throws: Broken.self) {
                let options = LockScene.options(named: scene.name, timeToLive: .seconds(3), lockDelay: .zero)
                try await consul.withLock(scene.name, options) { lock in
                    try await scene.waitForRenewal("a renewal", of: lock)
                    throw Broken()
                }
            }
        }
        let names = Set(tracer.finishedSpans.map(\.operationName))
        #expect(names.isSuperset(of: ["consul.lock.acquire", "PUT /v1/txn", "PUT /v1/session/create"]))
        #expect(!names.contains { $0.contains("renew") })
        // The lock is watched while it is held; a read of its key would be the span of a watch.
        let acquired = tracer.finishedSpans.first { $0.operationName == "consul.lock.acquire" }
        #expect(acquired?.status == nil)
        #expect(tracer.finishedSpans.allSatisfy { $0.status == nil })
    }
}

#endif
