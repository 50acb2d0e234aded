// SPDX-License-Identifier: Apache-2.0

#if Tracing

import ConsulResolver
import InMemoryTracing
import Logging
import ResolutionModel
import TestSupport
import Testing
import Tracing

/// Spans of lookups.
struct TracingTests {
    private let tracer = InMemoryTracer()

    /// Runs `body` with a traced resolver, with the cache.
    private func withTracedResolver(
        dns: OutcomeTable.DNSState,
        http: OutcomeTable.HTTPState,
        configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
        _ body: (ServiceResolver, ScriptedHTTPServer) async throws -> Void
    ) async throws {
        try await withScriptedDNSServer(script: { dns.steps(for: $0) }) { dns in
            try await withScriptedHTTPServer(script: http.script) { http in
                var configuration = ServiceResolver.Configuration.forTests(ports: [dns.port])
                configuration.cache = .init()
                configuration.strategy = .automatic
                configuration.http.address = ConsulHTTPAddress(.loopback(http.port), usesTLS: false)
                configure(&configuration)
                let resolver = try ServiceResolver(configuration: configuration, tracer: tracer)
                try await use(resolver) {
                    try await body($0, http)
                } stop: {
                    await $0.shutdown()
                }
            }
        }
    }

    private func lookups() -> [FinishedInMemorySpan] {
        tracer.finishedSpans.filter { $0.operationName == "consul.resolve" }
    }

    @Test func `A lookup has a span with its outcome, whose child is the request over HTTP, and a hit has none`()
        async throws
    {
        try await withTracedResolver(dns: .trimmed, http: .answers) { resolver, _ in
            try await tracer.withSpan("caller") { caller in
                _ = try await resolver.resolve(ServiceRequest("web"))
                let span = try #require(lookups().first)
                #expect(span.parentSpanID == caller.spanID && span.kind == .client && span.status == nil)
                #expect(span.attributes.get("consul.service") == .string("web"))
                #expect(span.attributes.get("consul.outcome") == .string("endpoints"))
                #expect(span.attributes.get("consul.endpoints") == .int64(3))
                #expect(span.attributes.get("consul.source") == .string("http"))
                #expect(span.attributes.get("consul.complete") == .bool(true))
                let request = try #require(tracer.finishedSpans.first { $0.operationName.hasPrefix("GET ") })
                #expect(request.operationName == "GET /v1/health/service" && request.parentSpanID == span.spanID)
            }
            let count = tracer.finishedSpans.count
            let hit = try await resolver.resolve("web")
            #expect(hit.endpoints.count == 3)
            #expect(tracer.finishedSpans.count == count)
        }
    }

    @Test func `Unknown outcomes and errors fail the span, and empty ones do not`() async throws {
        try await withTracedResolver(dns: .failure, http: .denied) { resolver, _ in
            _ = try await resolver.resolve("web")
            await #expect(throws: (any Error).self) { try await resolver.resolve("") }
        }
        try await withTracedResolver(dns: .empty, http: .empty) { resolver, _ in _ = try await resolver.resolve("web") }
        let spans = lookups()
        #expect(spans.map { $0.attributes.get("consul.outcome") } == ["unknown", nil, "empty"])
        #expect(
            spans.map { $0.attributes.get("error.type") } == ["accessDenied", "ConsulNameError", nil]
        )
        #expect(spans.map(\.status?.code) == [.error, .error, nil])
        #expect(spans.last?.attributes.get("consul.reason") == .string("noSuchService"))
    }

    @Test func `Waiting for the first answer has a span; picks, updates and the requests of followers have none`()
        async throws
    {
        try await withTracedResolver(dns: .answers, http: .answers) { configuration in
            configuration.strategy = .http
            configuration.cache?.minimumTimeToLive = .milliseconds(20)
            configuration.following.minimumInterval = .milliseconds(20)
        } _: { resolver, http in
            for mode in [ConsulService.UpdateMode.polling, .watch] {
                let web = resolver.service(ServiceRequest("web", needsDetails: mode == .watch), updating: mode)
                try await web.ready()
                for _ in 0..<10 { try await web.withEndpoint { _ in } }
                let seen = http.requests.count
                try await eventually("requests of the follower") { http.requests.count > seen + 3 }
            }
        }
        // The follower may be first with the answer.
        #expect(1...2 ~= lookups().count)
        #expect(tracer.finishedSpans.count <= 4)
    }

    @Test func `A resolver without a tracer of its own uses that of the instrumentation system`() async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: script) { dns in
            let configuration = ServiceResolver.Configuration.forTests(ports: [dns.port])
            let traced = try withTracer(tracer) { try ServiceResolver(configuration: configuration) }
            let untraced = try ServiceResolver(configuration: configuration)
            for resolver in [traced, untraced] {
                try await use(resolver) {
                    _ = try await $0.resolve("web")
                } stop: {
                    await $0.shutdown()
                }
            }
        }
        #expect(lookups().count == 1)
    }
}

#endif
