// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

struct QueryTests {
    private func run(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.run(["query"] + arguments + TestService.server())
    }

    @Test func `A query prints the agreed JSON`() async throws {
        let outcome = try await run("V1.cli-web.service.consul", "--transport", "tcp", "--format", "json")
        let json = try outcome.json()
        #expect(outcome.status == 0)
        #expect(
            Set(json.keys) == [
                "question", "server", "transport", "bytes", "elapsedMilliseconds", "rcode", "flags", "answer",
                "authority", "additional", "ednsPayloadSize",
            ]
        )
        #expect(json["question"] as? [String: String] == ["name": "V1.cli-web.service.consul.", "type": "SRV"])
        #expect(json["server"] as? String == (try await TestService.server()[1]))
        #expect(json["transport"] as? String == "tcp")
        #expect((json["bytes"] as? Int ?? 0) > 100)
        #expect(json["elapsedMilliseconds"] is Double)
        #expect(json["rcode"] as? String == "NOERROR")
        #expect(json["flags"] as? [String] == ["qr", "aa", "rd"])
        #expect(json["ednsPayloadSize"] is NSNull)
        #expect((json["authority"] as? [Any])?.isEmpty == true)
        let answer = try #require((json["answer"] as? [[String: Any]])?.first)
        #expect(Set(answer.keys) == ["name", "type", "ttl", "data"])
        #expect(answer["name"] as? String == "V1.cli-web.service.consul.")
        #expect(answer["type"] as? String == "SRV" && answer["ttl"] as? Int == 0)
        #expect(answer["data"] as? String == "1 7 80 0a010001.addr.dc1.consul.")
        let glue = try #require((json["additional"] as? [[String: Any]])?.first)
        #expect(glue["type"] as? String == "A" && glue["data"] as? String == "10.1.0.1")
    }

    @Test(
        arguments: [
            ("cli-web.service.consul", "SRV", "cli-web.service.consul. 0 SRV 1 7 80 0a010001.addr.dc1.consul."),
            ("cli-web.service.consul", "a", "cli-web.service.consul. 0 A 10.1.0.1"),
            ("cli-web.service.consul", "AAAA", "cli-web.service.consul. 0 AAAA 2001:db8::1"),
            ("consul", "NS", "consul. 0 NS n1.node.dc1.consul."),
            ("n1.node.consul", "TXT", "n1.node.consul. 0 TXT \"consul-network-segment=\""),
            ("1.0.200.10.in-addr.arpa", "PTR", "1.0.200.10.in-addr.arpa. 0 PTR cli-alone.service."),
            ("cli-web.service.consul", "TYPE65", "; NOERROR, flags: qr aa rd"),
            ("nope.service.consul", "SRV", "; NXDOMAIN, flags: qr aa rd, EDNS 4096"),
            ("example.com", "A", "; REFUSED, flags: qr rd"),
        ]
    )
    func `A query shows the response to any question`(name: String, type: String, line: String) async throws {
        let outcome = try await run(name, "--type", type)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(!outcome.output.contains("\u{1B}"))
        #expect(outcome.lines.contains { $0.hasPrefix(line) })
    }

    @Test func `A query shows an SOA record as seven fields`() async throws {
        let json = try await run("consul", "--type", "SOA", "--format", "json").json()
        let data = try #require((json["answer"] as? [[String: Any]])?.first?["data"] as? String)
        let fields = data.split(separator: " ")
        #expect(fields.count == 7)
        #expect(fields.prefix(2) == ["ns.consul.", "hostmaster.consul."])
        #expect(fields.dropFirst(2).allSatisfy { UInt32($0) != nil })
    }

    @Test(
        arguments: [
            (["--transport", "udp"], TestSupport.DNSTransport.udp, UInt16(4096)),
            (["--transport", "udp", "--edns-size", "512"], .udp, 512),
            (["--transport", "udp", "--edns-size", "0"], .udp, nil),
            (["--transport", "tcp"], .tcp, nil),
        ] as [([String], TestSupport.DNSTransport, UInt16?)]
    )
    func `A query uses the given EDNS size and transport`(
        arguments: [String],
        transport: TestSupport.DNSTransport,
        size: UInt16?
    ) async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 1))] }
        try await withScriptedDNSServer(script: script) { server in
            let address = ["--dns-server", "127.0.0.1:\(server.port)"]
            let outcome = try await CommandLineTool.run(["query", "web.service.consul"] + arguments + address)
            #expect(outcome.status == 0)
            #expect(server.queries.map(\.transport) == [transport])
            #expect(server.queries.map(\.ednsSize) == [size])
        }
    }

    @Test(arguments: [false, true])
    func `A query exits with 3 without a response, or with an unreadable one`(isGarbage: Bool) async throws {
        try await withScriptedDNSServer(script: { [.send(DNSReply(to: $0).bytes(.counts(9)))] }) { server in
            if !isGarbage { await server.stop() }
            let outcome = try await CommandLineTool.run([
                "query", "web.service.consul", "--timeout", "2s", "--dns-server", "127.0.0.1:\(server.port)",
            ])
            #expect(outcome.status == 3)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("consul-resolve: "))
            #expect(outcome.errors.contains("web.service.consul."))
        }
    }

    @Test(
        arguments: [
            ["a..b"], [String(repeating: "s", count: 64)], ["web", "--type", "NONSENSE"],
            ["web", "--type", "TYPE65536"],
            ["web", "--edns-size", "4097"], ["web", "--edns-size", "-1"], ["web", "--transport", "quic"], [""], [],
        ]
    )
    func `The query command rejects invalid arguments with status 64`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(["query"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(!outcome.errors.isEmpty)
    }
}
