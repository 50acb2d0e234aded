// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

struct FailureTests {
    /// A failure of a server, its name, and the error codes that it leads to.
    struct Trouble: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let codes: [ResolutionFailure.Code]
        let script: ScriptedDNSServer.Script

        static let all = [
            Trouble(testDescription: "SERVFAIL", codes: [.serverFailure]) {
                [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })]
            },
            Trouble(testDescription: "REFUSED", codes: [.refused]) {
                [.reply(DNSReply(to: $0).with { $0.code = .refused })]
            },
            Trouble(testDescription: "FORMERR", codes: [.unexpectedResponseCode, .unexpectedResponseCode]) {
                [.reply(DNSReply(to: $0).with { $0.code = .formatError })]
            },
            Trouble(testDescription: "NOTIMP", codes: [.unexpectedResponseCode, .unexpectedResponseCode]) {
                [.reply(DNSReply(to: $0).with { $0.code = .notImplemented })]
            },
            Trouble(testDescription: "NXDOMAIN about the root", codes: [.notAuthoritative]) { query in
                let reply = DNSReply.nothing(to: query, code: .nameError).with { reply in
                    reply.isAuthoritative = false
                    reply.authority[0].owner = DNSName(labels: [])
                }
                return [.reply(reply.withEDNS(of: query))]
            },
            Trouble(testDescription: "NXDOMAIN with authority over the root", codes: [.notAuthoritative]) { query in
                let reply = DNSReply.nothing(to: query, code: .nameError).with { $0.authority[0].owner = "." }
                return [.reply(reply.withEDNS(of: query))]
            },
            Trouble(testDescription: "NXDOMAIN without an SOA record", codes: [.notAuthoritative]) { query in
                let reply = DNSReply(to: query).with { reply in
                    reply.code = .nameError
                    reply.isAuthoritative = false
                }
                return [.reply(reply.withEDNS(of: query))]
            },
            Trouble(testDescription: "messages that end too early", codes: [.malformedAnswer, .malformedAnswer]) {
                [.send(DNSReply.service(to: $0, count: 2).bytes(.cut(to: 60)))]
            },
            Trouble(
                testDescription: "an empty answer over TCP that says it is truncated",
                codes: [
                    .trimmedAnswer, .trimmedAnswer,
                ]
            ) { query in
                [.reply(.nothing(to: query, code: .noError).withEDNS(of: query).with { $0.isTruncated = true })]
            },
        ]
    }

    @Test(arguments: Trouble.all)
    func `A failed lookup names each server and its answer`(_ trouble: Trouble) async throws {
        try await withScriptedDNSServer(script: trouble.script) { server in
            let resolution = try await withResolver(ports: [server.port]) { try await $0.resolve("web") }
            #expect(resolution.failureCodes == trouble.codes)
            #expect(!resolution.isComplete)
            for attempt in resolution.failure?.attempts ?? [] {
                #expect(attempt.server?.port == UInt16(server.port))
                #expect(attempt.message.hasPrefix("127.0.0.1:\(server.port) over "))
            }
        }
    }

    @Test func `A lookup without an answer in time fails with a timeout`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            let resolution = try await withResolver(ports: [server.port], configure: { $0.beImpatient() }) {
                try await $0.resolve("web")
            }
            #expect(resolution.failureCodes == [.timedOut, .timedOut])
            #expect(resolution.failure?.attempts.map(\.transport) == [.udp, .tcp])
            #expect(resolution.source == .dnsTCP)
        }
    }

    @Test func `A lookup at a closed port fails as a failed connection`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            await server.stop()
            let resolution = try await withResolver(ports: [server.port]) { try await $0.resolve("web") }
            #expect(resolution.failureCodes == [.connectionFailed, .connectionFailed])
            #expect(resolution.failure?.description.contains("127.0.0.1:\(server.port) over TCP: ") == true)
        }
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func `A lookup without any time times out, and does not report a missing server`(timeout: Duration) async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 3))] }) { server in
            let resolution = try await withResolver(ports: [server.port]) {
                try await $0.resolve("web", timeout: timeout)
            }
            #expect(resolution.failureCodes == [.timedOut])
            #expect(resolution.failure?.description == "no time was left to query 127.0.0.1:\(server.port)")
        }
    }

    @Test func `A lookup without any server reports that none is configured`() async throws {
        let resolution = try await withResolver(ports: []) { try await $0.resolve("web") }
        #expect(resolution.failure?.attempts.isEmpty == true)
        #expect(resolution.failure?.description == "no nameserver is configured")
    }

    @Test(arguments: Trouble.all)
    func `A failure of the first server leads to the next one`(_ trouble: Trouble) async throws {
        let good: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: trouble.script) { first in
            try await withScriptedDNSServer(script: good) { second in
                try await withResolver(ports: [first.port, second.port]) { resolver in
                    let resolution = try await resolver.resolve("web")
                    #expect(resolution.endpoints.count == 2)
                    #expect(resolution.server?.port == UInt16(second.port))
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func `A dead or silent first server leaves time for the second`(isSilent: Bool) async throws {
        let good: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: { _ in [] }) { first in
            if !isSilent { await first.stop() }
            try await withScriptedDNSServer(script: good) { second in
                let resolution = try await withResolver(ports: [first.port, second.port]) { configuration in
                    configuration.timeout = .seconds(4)
                } _: {
                    try await $0.resolve("web")
                }
                #expect(resolution.endpoints.count == 2)
                #expect(resolution.server?.port == UInt16(second.port))
            }
        }
    }

    @Test func `A server with the name localhost is found`() async throws {
        let good: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: good) { server in
            let resolution = try await withResolver(ports: []) { configuration in
                configuration.dns.nameservers = [HostPort(host: .name("LocalHost"), port: UInt16(server.port))]
            } _: {
                try await $0.resolve("web")
            }
            #expect(resolution.endpoints.count == 2)
        }
    }

    @Test func `A server whose name does not resolve is reported`() async throws {
        // RFC 6761 section 6.4: this name never exists.
        let resolution = try await withResolver(ports: []) { configuration in
            configuration.dns.nameservers = [HostPort(host: .name("consul.invalid"), port: 8600)]
        } _: {
            try await $0.resolve("web")
        }
        #expect(resolution.failureCodes == [.nameserverNotFound])
        #expect(resolution.failure?.description.contains("consul.invalid:8600") == true)
    }
}
