// SPDX-License-Identifier: Apache-2.0

// Without `import ConsulHTTP`: the metadata provider comes with `import ConsulResolver`.
import ConsulResolver
import InMemoryLogging
import Logging
import TestSupport
import Testing

/// The service in the metadata of log messages.
struct LogContextTests {
    private static let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }

    /// A logger with the metadata provider, and the log that it writes to.
    private static func logging(provider: Logger.MetadataProvider? = .consul) -> (Logger, InMemoryLogHandler) {
        var handler = InMemoryLogHandler()
        handler.metadataProvider = provider
        return (Logger(label: "test") { [handler] _ in handler }, handler)
    }

    private static func services(_ log: InMemoryLogHandler) -> [String?] {
        log.entries.map { $0.metadata["consul.service"].map { "\($0)" } }
    }

    @Test func `Messages of bodies that use an endpoint name the service, and others do not`() async throws {
        let (logger, log) = Self.logging()
        try await withScriptedDNSServer(script: Self.script) { dns in
            try await withResolver(ports: [dns.port], logger: logger) { resolver in
                let web = resolver.service(ServiceRequest("web", tags: ["v2"]))
                try await web.withEndpoint { _ in logger.info("1") }
                logger.info("2")
                try await web.withLease { _ in
                    try await resolver.service("api").withEndpoint { _ in
                        await Task { logger.info("3") }.value
                    }
                    logger.info("4")
                }
                try await web.withHedgedEndpoint(after: .seconds(60)) { _ in logger.info("5") }
            }
        }
        #expect(log.entries.map { "\($0.message)" } == ["1", "2", "3", "4", "5"])
        let web = "web with tag v2"
        #expect(Self.services(log) == [web, nil, "api", web, web])
    }

    @Test func `Messages during a lookup name the service, such as those of a closure that provides tokens`()
        async throws
    {
        let (logger, log) = Self.logging()
        try await withScriptedHTTPServer(script: OutcomeTable.HTTPState.answers.script) { http in
            try await withResolver(dns: 1, http: http.port, logger: logger) { configuration in
                configuration.strategy = .http
                configuration.http.token = .provider {
                    logger.info("token")
                    return "secret"
                }
            } _: { resolver in
                _ = try await resolver.resolve("web")
            }
        }
        #expect(!log.entries.isEmpty)
        #expect(Set(Self.services(log)) == ["web"])
    }

    @Test func `A resolver whose logger has no metadata provider sets no service`() async throws {
        let (logger, _) = Self.logging(provider: nil)
        let (other, log) = Self.logging()
        try await withScriptedDNSServer(script: Self.script) { dns in
            try await withResolver(ports: [dns.port], logger: logger) { resolver in
                try await resolver.service("web").withEndpoint { _ in other.info("1") }
            }
        }
        #expect(Self.services(log) == [nil])
    }
}
