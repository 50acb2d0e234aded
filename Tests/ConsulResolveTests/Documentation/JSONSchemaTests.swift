// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The schemas in `docs/schemas`, and the output of the commands.
struct JSONSchemaTests {
    // MARK: Output

    /// Checks each line of the output.
    private func check(_ outcome: CommandLineTool.Outcome, _ name: String, _ status: Int32 = 0) throws {
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(!outcome.lines.isEmpty)
        let schema = try JSONSchema(named: name)
        for line in outcome.lines { #expect(try schema.problems(of: line) == []) }
    }

    private func run(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        let sources = try await TestService.server() + TestService.http()
        return try await CommandLineTool.run(arguments + ["--format", "json", "--timeout", "20s"] + sources)
    }

    @Test func `The output of lookup has its schema`() async throws {
        for via in ["dns", "http"] {
            try check(await run("cli-web", "--via", via), "lookup")
            try check(await run("cli-ill", "--via", via), "lookup", 2)
        }
        // Consul 1.8 does not know ports with names.
        let port = try await run("cli-web", "--port-name", "admin")
        try check(port, "lookup", port.status == 2 ? 2 : 3)
        try check(await run("lookup", "cli-web", "cli-unheard-of"), "lookup", 2)
        let unknown = try await CommandLineTool.run(["cli-web", "--format", "json"])
        try check(unknown, "lookup", 3)
    }

    @Test func `The output of lookup and watch has its schema if another datacenter served it`() async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        let name = "cli-schema-elsewhere"
        try await federation.dc2.register(ServiceRegistration(name, address: "10.8.0.2", port: 80), node: name)
        let (dns, http) = (federation.dc1.ports.dns, federation.dc1.ports.http)
        let flags = [
            name, "--failover-datacenter", "dc2", "--format", "json", "--timeout", "20s", "--dns-server",
            "127.0.0.1:\(dns)", "--http-address", "127.0.0.1:\(http)",
        ]
        try check(await CommandLineTool.run(["lookup"] + flags), "lookup")
        try check(await CommandLineTool.run(["pick"] + flags), "pick")
        try check(await CommandLineTool.run(["watch"] + flags + ["--count", "1"]), "watch")
    }

    @Test func `The output of watch has its schema`() async throws {
        for via in ["dns", "http"] {
            try check(await run("watch", "cli-web", "--count", "1", "--via", via), "watch")
            try check(await run("watch", "cli-ill", "--count", "1", "--via", via), "watch", 2)
        }
    }

    @Test func `The output of pick has its schema`() async throws {
        try check(await run("pick", "cli-web"), "pick")
        try check(await run("pick", "cli-web", "--count", "100"), "pick")
        try check(await run("pick", "cli-ill"), "pick", 2)
    }

    @Test func `The output of query has its schema`() async throws {
        let server = try await TestService.server()
        for transport in ["udp", "tcp"] {
            for name in ["cli-web.service.consul", "cli-unheard-of.service.consul"] {
                let arguments = ["query", name, "--transport", transport, "--format", "json"] + server
                try check(await CommandLineTool.run(arguments), "query")
            }
        }
    }

    @Test func `The output of bench has its schema`() async throws {
        try check(await run("bench", "cli-web", "--queries", "5"), "bench")
    }

    @Test func `The output of doctor has its schema`() async throws {
        try check(await run("doctor", "cli-web"), "doctor")
        try check(await run("doctor", "cli-unheard-of"), "doctor", 2)
    }

    @Test func `The output of kv has its schema`() async throws {
        let http = try await TestService.http() + ["--format", "json"]
        let put = ["kv", "put", "cli/schema/a", "1", "--flags", "18446744073709551615"]
        #expect(try await CommandLineTool.run(put + TestService.http()).status == 0)
        let address = try await TestService.http()[1]
        let binary = "printf '\\377' | $TOOL kv put cli/schema/b - --http-address \(address)"
        #expect(try await CommandLineTool.shell(binary).status == 0)
        for key in ["a", "b"] {
            try check(await CommandLineTool.run(["kv", "get", "cli/schema/\(key)"] + http), "kv-get")
        }
        try check(await CommandLineTool.run(["kv", "list", "cli/schema/"] + http), "kv-list")
        try check(await CommandLineTool.run(["kv", "list", "cli/schema/", "--keys"] + http), "kv-list-keys")
        try check(await CommandLineTool.run(["kv", "list", "cli/schema/none"] + http), "kv-list", 2)
    }

    @Test func `The output of lock --status has its schema`() async throws {
        let http = try await TestService.http()
        let status = ["lock", "cli/schema-lock", "--status", "--format", "json"] + http
        try check(await CommandLineTool.run(status), "lock-status")
        let holder = ["lock", "cli/schema-lock"] + http + ["--", "sh", "-c", "echo held; exec sleep 60"]
        try await RunningTool.with(holder) { tool in
            try await tool.lines(1, within: .seconds(60))
            try check(await CommandLineTool.run(status), "lock-status")
        }
    }

    /// An agent keeps events in memory, so its restart is a gap.
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `The output of event watch has its schema, for events and for a gap`(dress: AgentDress) async throws {
        try await withConsulAgent(dress: dress) { agent in
            let http = ["--http-address", "127.0.0.1:\(agent.ports.http)"]
            try await RunningTool.with(["event", "watch", "--format", "json"] + http) { tool in
                try await tool.waitForError("waiting for events", within: .seconds(60))
                #expect(try await CommandLineTool.run(["event", "fire", "deploy", "v42"] + http).status == 0)
                try await tool.lines(1, within: .seconds(60))
                try await agent.restart()
                let lines = try await tool.lines(2, within: .seconds(60))
                let schema = try JSONSchema(named: "event-watch")
                for line in lines { #expect(try schema.problems(of: line) == []) }
                #expect(lines[0].contains("\"v42\"") && lines[1].contains("\"gap\":true"))
            }
        }
    }

    // MARK: The validator

    @Test(
        arguments: [
            (#"{"a":1}"#, 0), (#"{"a":null,"b":[{"a":2}]}"#, 0), (#"{"a":1,"c":"x"}"#, 0), (#"{}"#, 1),
            (#"{"a":"1"}"#, 1),
            (#"{"a":true}"#, 1), (#"{"a":1.5}"#, 1), (#"{"a":1,"b":{}}"#, 1), (#"{"a":1,"b":[1,{"a":""}]}"#, 2),
            (#"{"a":1,"c":"z"}"#, 1), (#"{"a":1,"d":1}"#, 1), (#"[]"#, 1),
        ]
    )
    func `A document that deviates from its schema is found`(document: String, count: Int) throws {
        let schema = try JSONSchema(
            Data(
                #"""
                {"type":"object","required":["a"],"additionalProperties":false,
                 "properties":{"a":{"type":["integer","null"]},"b":{"type":"array","items":{"$ref":"#/$defs/b"}},
                               "c":{"enum":["x","y"]}},
                 "$defs":{"b":{"type":"object","properties":{"a":{"type":"integer"}}}}}
                """#.utf8
            )
        )
        #expect(try schema.problems(of: document).count == count)
    }

    @Test func `A schema with a keyword that is not checked is a fault`() throws {
        let schema = try JSONSchema(Data(#"{"type":"integer","minimum":3}"#.utf8))
        #expect(try schema.problems(of: "1") == ["$: the keyword minimum is unknown"])
    }
}
