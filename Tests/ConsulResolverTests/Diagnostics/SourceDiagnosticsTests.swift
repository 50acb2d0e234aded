// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

struct SourceDiagnosticsTests {
    /// Resolves once, with DNS and HTTP in these states.
    private func diagnostics(
        _ dnsState: OutcomeTable.DNSState,
        _ httpState: OutcomeTable.HTTPState,
        configure: (inout ServiceResolver.Configuration) -> Void = { _ in }
    ) async throws -> ResolverDiagnostics {
        try await withScriptedDNSServer(script: { dnsState.steps(for: $0) }) { dns in
            if dnsState == .closed { await dns.stop() }
            return try await withScriptedHTTPServer(script: httpState.script) { http in
                if httpState == .down { await http.stop() }
                return try await withResolver(dns: dns.port, http: http.port, configure: configure) { resolver in
                    _ = try await resolver.resolve("web")
                    return resolver.diagnostics()
                }
            }
        }
    }

    @Test func `Source diagnostics begin with zeros`() async throws {
        try await withResolver(ports: [1]) { resolver in
            let diagnostics = resolver.diagnostics()
            #expect(diagnostics.sources.udp.total + diagnostics.sources.tcp.total + diagnostics.sources.http.total == 0)
            #expect(!diagnostics.sources.isDNSSilent && !diagnostics.sources.isHTTPSilent)
            #expect(diagnostics.nameservers.isEmpty)
        }
    }

    @Test func `Source diagnostics show that a datagram was enough`() async throws {
        let diagnostics = try await diagnostics(.answers, .answers)
        #expect(diagnostics.sources.udp.answered == 1 && diagnostics.sources.udp.total == 1)
        #expect(diagnostics.sources.tcp.total == 0 && diagnostics.sources.http.total == 0)
        #expect(diagnostics.sources.escalationsToTCP == 0 && diagnostics.sources.escalationsToHTTP == 0)
        #expect(!diagnostics.sources.isDNSSilent)
    }

    @Test
    func `Source diagnostics count the requests of watches, including failed ones, and print them`() async throws {
        let script: ScriptedHTTPServer.Script = { request in
            request.sequence == 0
                ? [.reply(.health(HealthEntry.instances(of: "web", count: 1)))]
                : [.reply(.failure(500, "rpc error making call: EOF"))]
        }
        try await withScriptedHTTPServer(script: script) { http in
            try await withResolver(dns: 1, http: http.port, configure: { $0.strategy = .http }) { resolver in
                var updates = resolver.service("web", updating: .watch).updates.makeAsyncIterator()
                #expect(await updates.next()?.endpoints.count == 1)
                try await eventually("a failure") { resolver.diagnostics().sources.watches.serverFailure > 0 }
                let sources = resolver.diagnostics().sources
                #expect(sources.watches.answered == 1 && sources.http.total <= 1)
                #expect("\(sources)".contains("http-watch: 1 answered"))
            }
        }
    }

    @Test
    func `Source diagnostics count the escalation from UDP over TCP to HTTP, and name the server`() async throws {
        let diagnostics = try await diagnostics(.trimmed, .answers)
        let sources = diagnostics.sources
        #expect(sources.udp.answered == 1 && sources.tcp.answered == 1 && sources.escalationsToTCP == 1)
        #expect(sources.http.answered == 1 && sources.escalationsToHTTP == 1)
        let server = try #require(diagnostics.nameservers.first)
        #expect(diagnostics.nameservers.count == 1)
        #expect(server.queries.answered == 2 && server.queries.total == 2 && server.escalations == 1)
        #expect(server.roundTrip != nil && !server.isFailed && server.pause == nil)
        #expect(server.hedgesSent == 0 && server.probes == 0)
    }

    @Test(
        arguments: [
            (OutcomeTable.HTTPState.answers, "1 answered"), (.empty, "1 answered"), (.denied, "1 refused"),
            (.failure, "1 failed"), (.down, "1 without a connection"), (.slow, "1 timed out"),
        ] as [(OutcomeTable.HTTPState, String)]
    )
    func `Source diagnostics count HTTP outcomes`(state: OutcomeTable.HTTPState, outcome: String) async throws {
        let sources = try await diagnostics(.answers, state) { $0.strategy = .http }.sources
        #expect("\(sources.http)" == outcome && sources.http.total == 1)
        #expect(sources.escalationsToHTTP == 0)
    }

    @Test(
        arguments: [
            (OutcomeTable.DNSState.answers, "1 answered"), (.empty, "1 answered"), (.refused, "1 refused"),
            (.failure, "1 failed"), (.closed, "1 without a connection"), (.silent, "1 timed out"),
        ] as [(OutcomeTable.DNSState, String)]
    )
    func `Source diagnostics count DNS outcomes`(state: OutcomeTable.DNSState, outcome: String) async throws {
        let diagnostics = try await diagnostics(state, .answers) { configuration in
            configuration.strategy = .dns
            configuration.dns.transport = .udp
        }
        #expect("\(diagnostics.sources.udp)" == outcome && diagnostics.sources.udp.total == 1)
        let server = try #require(diagnostics.nameservers.first)
        #expect(server.queries == diagnostics.sources.udp)
        #expect(server.isFailed == (state == .closed))
        #expect((server.pause != nil) == (state == .closed || state == .silent))
    }

    @Test func `Source diagnostics name the silent source`() async throws {
        let withoutDNS = try await diagnostics(.closed, .answers).sources
        #expect(withoutDNS.isDNSSilent && !withoutDNS.isHTTPSilent)
        let withoutHTTP = try await diagnostics(.empty, .down).sources
        #expect(!withoutHTTP.isDNSSilent && withoutHTTP.isHTTPSilent)
    }

    @Test
    func `Diagnostics print a line for the cache, for each source and for each nameserver`() async throws {
        let diagnostics = try await diagnostics(.trimmed, .answers)
        let lines = "\(diagnostics)".split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines[0] == "cache: 0 of 10000 kept, 0 hits, 0 misses")
        #expect(lines[1] == "dns-udp: 1 answered")
        #expect(lines[2] == "dns-tcp: 1 answered; 1 after UDP")
        #expect(lines[3] == "http: 1 answered; 1 after DNS")
        let server = try #require(diagnostics.nameservers.first?.server)
        #expect(lines[4].hasPrefix("\(server): 2 answered; 1 after UDP; round trip "))
        let silent = "\(try await self.diagnostics(.closed, .down))"
        #expect(silent.contains("without a connection; silent, skipped for now\n"))
        #expect(silent.contains("considered dead; next probe in "))
    }
}
