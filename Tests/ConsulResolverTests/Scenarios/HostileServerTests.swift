// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

struct HostileServerTests {
    enum Fault: String, CaseIterable {
        case brokenJSON, endless, huge, redirect, drip, garbage, cut

        var steps: [ScriptedHTTPStep] {
            let reply = ConsulReply.health(HealthEntry.instances(of: "web", count: 3))
            switch self {
            case .brokenJSON: return [.reply(.json(#"[{"Node": {"Node": "n1""#))]
            case .endless: return .endless(ConsulReply.json("["))
            case .huge: return .huge(ConsulReply.json("["), count: 1 << 30)
            case .redirect: return [.reply(.redirect(to: "/elsewhere"))]
            case .drip: return .dripping(reply, pause: .milliseconds(50))
            case .garbage: return .garbage
            case .cut: return .reply(reply, cutAfter: 100)
            }
        }
    }

    @Test(arguments: Fault.allCases)
    func `A hostile HTTP server costs limited resources, and the DNS answer still counts`(fault: Fault) async throws {
        try await withScriptedHTTPServer(script: { _ in fault.steps }) { http in
            let script: ScriptedDNSServer.Script = { query in
                let isKnown = query.name.hasPrefix("web.")
                let part = DNSReply.service(to: query, count: 2).with { $0.isTruncated = true }
                return [
                    .reply((isKnown ? part : DNSReply(to: query).with { $0.code = .serverFailure }).withEDNS(of: query))
                ]
            }
            try await withScriptedDNSServer(script: script) { dns in
                try await withResolver(dns: dns.port, http: http.port) { configuration in
                    configuration.timeout = .seconds(2)
                    configuration.http.maximumBodySize = 100_000
                } _: { resolver in
                    let part = try await withDeadline(.seconds(30)) { try await resolver.resolve("web") }
                    #expect(part.endpoints.count == 2 && !part.isComplete)
                    let nothing = try await withDeadline(.seconds(30)) { try await resolver.resolve("db") }
                    #expect(nothing.failureCodes.first == .serverFailure)
                    #expect(nothing.failureCodes.count >= 2)
                    #expect(!http.requests.contains { $0.path == "/elsewhere" })
                    // A few times the size of socket buffers, and no more.
                    #expect(http.floodedBytes < 64 << 20)
                }
            }
        }
    }
}
