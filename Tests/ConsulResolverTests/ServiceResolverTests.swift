// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Logging
import TestSupport
import Testing

struct ServiceResolverTests {
    @Test(arguments: [false, true])
    func `A canceled lookup ends at once, whatever its timeout`(isWaitingForGlue: Bool) async throws {
        let script: ScriptedDNSServer.Script = { query in
            guard isWaitingForGlue, query.isForService else { return [] }
            return [.reply(.targets(["n1.node.dc1.consul."], to: query).withEDNS(of: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port], configure: { $0.beVeryPatient() }) { resolver in
                let resolving = Task { try await resolver.resolve("web") }
                try await server.waitForQueries(isWaitingForGlue ? 3 : 1)
                resolving.cancel()
                await #expect(throws: CancellationError.self) {
                    try await withDeadline(.seconds(30)) { _ = try await resolving.value }
                }
            }
        }
    }

    @Test
    func `A shutdown ends pending lookups, and later lookups fail`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            try await withResolver(ports: [server.port], configure: { $0.beVeryPatient() }) { resolver in
                let resolving = Task { try await resolver.resolve("web") }
                try await server.waitForQueries(1)
                await resolver.shutdown()
                for attempt in 1...2 {
                    let error = await #expect(throws: DNSClientError.self, "attempt \(attempt)") {
                        _ = try await attempt == 1 ? resolving.value : resolver.resolve("web")
                    }
                    #expect(error?.code == .closed)
                }
            }
        }
    }

    @Test(
        arguments: [
            (nil, ConsulLocality.local, "web.service.consul."),
            ("v1", .local, "v1.web.service.consul."),
            ("v1", .datacenter("dc2"), "v1.web.service.dc2.consul."),
        ] as [(String?, ConsulLocality, String)]
    )
    func `A lookup queries the given tag and locality`(
        tag: String?,
        locality: ConsulLocality,
        expected: String
    ) async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }) { server in
            _ = try await withResolver(ports: [server.port]) { resolver in
                try await resolver.resolve("web", tag: tag, in: locality)
            }
            #expect(server.queries.map(\.name) == [expected])
        }
    }

    @Test(
        arguments: ["a.b", "a b", "ü", "", String(repeating: "s", count: 64)]
    )
    func `A name that DNS cannot carry is refused without a query`(name: String) async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            try await withResolver(ports: [server.port]) { resolver in
                await #expect(throws: ConsulNameError.self) { try await resolver.resolve(name) }
            }
            #expect(server.queries.isEmpty)
        }
    }

    @Test
    func `A lookup logs what it found, at debug level`() async throws {
        let lines = WatchedValue<[Logger.Metadata]>([])
        var logger = Logger(label: "test") { _ in RecordingLogHandler(lines: lines) }
        logger.logLevel = .debug
        let script: ScriptedDNSServer.Script = { query in
            [.reply(.service(to: query, count: 2).withEDNS(of: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            var configuration = ServiceResolver.Configuration()
            configuration.dns.nameservers = [HostPort(host: .address(.v4(.loopback)), port: UInt16(server.port))]
            let resolver = try ServiceResolver(configuration: configuration, logger: logger)
            _ = try await resolver.resolve("web")
            await resolver.shutdown()
        }
        #expect(
            // A slow machine logs a part of the shutdown, too.
            lines.current.filter { $0["consul.service"] != nil } == [
                [
                    "consul.service": "web", "consul.source": "dns-udp", "consul.endpoints": "2",
                    "consul.complete": "true",
                ]
            ]
        )
    }
}

extension ServiceResolver.Configuration {
    /// Sets timeouts that do not end while a test runs: a lookup that ends was ended by other means.
    fileprivate mutating func beVeryPatient() {
        timeout = .seconds(3600)
        dns.attemptTimeout = .seconds(3600)
    }
}

private struct RecordingLogHandler: LogHandler {
    let lines: WatchedValue<[Logger.Metadata]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.update { $0.append(event.metadata ?? [:]) }
    }
}
